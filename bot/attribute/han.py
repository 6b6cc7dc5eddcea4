"""Rules for names in the scripts of China, Japan and Korea, which have no spaces between words."""

import re

from bot.attribute.lexicon import Entry, Lexicon, PartyMatch
from bot.attribute.normalise import key

_HANGUL = re.compile(r"[\uac00-\ud7a3]")
_KANA = re.compile(r"[\u3041-\u3096\u30a1-\u30fa]")
_JAPAN = re.compile("株式会社|法人|大学院|独立行政|都庁|県|省庁|振興会|労働|電力|電気|電機|鉄道|銀行協会|研究機構")
_TAIWAN = re.compile("中華民國|中华民国|台灣|臺灣|台湾|國立|国立台|財團法人|台北|臺北|新竹|高雄|臺中|台中|臺南|台南|行政院|經濟部")
_HONG_KONG = re.compile("香港")
_MACAO = re.compile("澳門|澳门")
_STATE = re.compile(
    "^(?:中国|全国|国家|国务院|中央|中华|中科|中共|解放军)|中国科学院|人民共和国|(?:省|市|自治区|县)(?:委|政府|局|厅|公安|人民|质量|标准|电力|计量|科学|产品)"
)
# Characters of simplified Chinese that neither traditional Chinese nor Japanese has.
_SIMPLIFIED = frozenset(
    "专业丝东丧丽举义乌乐习乡书买亏亚产亿仅从仓仪们价众优伙伟传伤伦伪债倾偿储儿兰关兴养军农冯冲决况冻净减凤凭凯击凿刘则刚创删剂剑剧劝办务动励劲华协单卖卢卫"
    "却厂厅历厉压厕县双发变叶听启吴员呜响哑团围园圆圣场坏块坚坛坝坞坟坠垄垒垦壮壳处备复够头夹夺奋奖妆妇妈孙宁审宪宫宽宾对寻导尘尝层届属岁岗岛岭峡币师帐帜带帧帮庄庆库应庙"
    "废开异弃张弯弹归录彻忆忧怀态总恳恶恼悦悬惊惧惩惯愤愿懒战户扩扫扬扰抚抛抢护报担拟拢拣拥拦拨择挂挤挥捞损换捣据掺揽搀搁搅摄摆摇摊撑敌斋无时旷显晋晓晕术机杀杂权杨极构枢枪"
    "柜标栈栋栏树样桥桦检楼榄欢欧残殴毕气汇汉汤沟沪泪泸泼泽洁洒浆测济浏浑浓涛涝涡涣润涨渊渐渔滚满滤滥滨滩潜灭灵灾烁烂烛烟烦烧热爱爷牵狭狮狱猎猪猫玛环现玺琐电畅疗疮疯皱盏盐监盖盗盘"
    "矿码砖础确碍祸离种积稳穷窃窍窝竖竞笔笼筑签简类粮紧红约级纪纤纲纳纵纷纸纹纺线练组绅细织终绍经绑结绕绘给络绝统绢继绩续维绵综绿缓编缘缝缠缩网罗罚罢职联聪肃肠肤肾胀胁胜胶脉脏脑脱脸舰舱艰"
    "艺节芦苏荐荣药莲获莹营萧萨蒋蓝虏虑虾蚀蚁蚂蜡蝇衅补衬袄袭装裤见观规视览觉誉计订认讨让训议讯记讲许论设访证评识诉诊译试诗诚话询该详语误说请诸读课谁调谈谊谋谐谓谢谱贝负财责贤败货质"
    "贩贪贫购贮贯贴贵贷贸费贺贾资赋赌赏赔赖赚赛赞赵赶跃踪车轨转轮软轰轴轻载较辅辆辈辉输辑边达过迈运还这进远连选递遗邓邮邻郑酿释鉴针钉钓钙钢钥钦钱钻铁铃铅铜铭银铸铺链销锁锅锋锐错锡锦键锰"
    "镇镜长门闪闭问闲间闹闻阅阔队阳阴阵阶际陆陈险难雏雾韩页顶项顺须顾顿预领频题颜额风飞饭饮饰饱饲饼馆驱驶驻驾验骂骄骗鱼鲁鲜鸟鸡鸣鸭鸿鹅鹏鹤齐龄龙"
)
_BODY = re.compile(
    "公司|集团|研究|学院|大学|学校|协会|学会|委员会|局|部|院|会|所|中心|实验室|联盟|基金|银行|出版社|厂|站|委|办|台|社|馆|工业|科技|厅|医院|平台|网|移动|电信|联通|通信|电子|电气|电力|能源|汽车|航空|石油|铁路|信息|网络|软件|半导体|机器人|智能"
)
_FOREIGN = frozenset({"company", "association"})


def by_script(text: str, lexicon: Lexicon) -> PartyMatch | None:
    """Return the match of a party in one of these scripts, or None when only its Latin words can decide."""
    joined = key(text).replace(" ", "")
    found = [(start, entries[0]) for start, _, entries in lexicon.find_characters(joined)]
    institution = next((entry for _, entry in found if entry.sort == "institution"), None)
    if institution is not None:
        return _named(institution, found, text)
    if _HANGUL.search(joined):
        return PartyMatch("KR", text, "script", 0.75)
    if _KANA.search(joined):
        return PartyMatch("JP", text, "script", 0.75)
    simplified = not _SIMPLIFIED.isdisjoint(joined)
    for pattern, country in ((_MACAO, "MO"), (_HONG_KONG, "HK"), (_TAIWAN, "TW")):
        if pattern.search(joined):
            return PartyMatch(country, text, "place-in-name", 0.85)
    if not simplified and _JAPAN.search(joined):
        return PartyMatch("JP", text, "script", 0.75)
    return _chinese(text, joined, found, simplified)


def _chinese(text: str, joined: str, found: list[tuple[int, Entry]], simplified: bool) -> PartyMatch | None:
    foreign = [e for _, e in found if e.sort == "country" and e.country not in ("CN", "TW")]
    if foreign:
        return PartyMatch(foreign[0].country, text, "country-in-name", 0.75)
    if _STATE.search(joined) and (simplified or "國" not in joined) and _BODY.search(joined):
        return PartyMatch("CN", text, "country-in-name", 0.85)
    places = [e for _, e in found if e.sort == "place"]
    if places and (_BODY.search(joined) or simplified):
        return PartyMatch(places[0].country, text, "place-in-name", 0.85)
    if simplified and _BODY.search(joined):
        return PartyMatch("CN", text, "simplified-script", 0.75)
    return None


def _named(entry: Entry, found: list[tuple[int, Entry]], text: str) -> PartyMatch:
    where = next((e.country for _, e in found if e.sort in ("country", "place") and e.country != entry.country), None)
    if entry.country is None:
        known = entry.kind == "ambiguous" and where
        return PartyMatch(
            where if known else None,
            entry.name,
            "ambiguous-name" if entry.kind == "ambiguous" else "no-country",
            0.8 if known else 0.0,
        )
    rule = "group-control" if where and entry.kind in _FOREIGN else "institution"
    return PartyMatch(entry.country, entry.name, rule, 0.9, where)
