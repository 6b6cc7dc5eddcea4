"""The words by which the names of parties are told from the text around them, in English, French and Spanish."""

import re


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


ARTICLES = _words("the a an la le les el los las l' un une una")
LINKS = _words(
    """of the for de du des d' la le les l' del los las el al von van e on für der und zur zum di degli della dei delle dell' da do
    dos das bin ibn voor people peoples peuple pueblo"""
)
DETERMINERS = ARTICLES | _words(
    """ce cet cette ces son sa ses leur leurs quatre cinq trois deux su sus este esta estos estas dos tres cuatro this its their"""
)
JOINERS = frozenset(("and", "et", "y", "e", "&"))
HEADS = _words(
    """government governments permanent delegation delegations authorities ministry municipality city national
    commission permanente nationale nacional"""
)
PEOPLES = frozenset(("people", "peoples", "peuple", "pueblo"))  # "the Government and people of Mongolia"
REGIONS = frozenset(("region", "région", "región"))
TAILS = _words("government governments authorities delegation delegations")
EVENTS = _words(
    """conference forum session meeting workshop seminar symposium event study report project programme prize summit
    draft proposal resolution centre institute exhibition members countries states nations membres pays miembros países
    estados"""
)
MONTH = re.compile(
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December|janvier|février|mars|avril|mai|juin|"
    r"juillet|août|septembre|octobre|novembre|décembre|\w+day)\b"
)  # "the forum China hosted"
STOPS = {
    "en": frozenset[str](),
    "fr": _words(
        """avec à au aux dans sur lors pendant sous qui dont où que est sera sont a ont était afin depuis après avant
    grâce se s visant portant concernant relatif relative en ainsi conjointement ensemble par selon sans seront
    étaient fut ouvrira aura réunit avoir être son sa ses leur leurs
        ne n' pas comme"""
    ),
    "es": _words(
        """con a al durante bajo que es fue será son sobre desde en tras se ha han gracias relativo relativa junto
    conjuntamente así por según mediante hasta ante entre sin tras fueron estará tendrá reunió abrirá quien cuando
    donde haber su sus por como no"""
    ),
}
FINITE = {  # endings that only verbs have: "Tencent permitirá"
    "en": re.compile(r"(?!)"),
    "fr": re.compile(r"\w{3}(?:[^é]ra|ront|irent|èrent|aient)$"),
    "es": re.compile(r"\w{2}(?:ará|erá|irá|arán|erán|irán|aron|ieron|ó)$"),
}
FOR = frozenset(("for", "pour", "para", "con", "on"))
AFTER_NAME = _words(
    """with in on at from to for during and or as is was were has have had under through since by which who that
    between before after alongside together jointly within via while where will would this last next are of hosted
    funded serving acting"""
)
AS_WELL = (
    ("as", "well", "as"), ("together", "with"), ("jointly", "with"), ("along", "with"), ("alongside",), ("ainsi", "que"),
    ("conjointement", "avec"), ("ensemble", "avec"), ("así", "como"), ("junto", "con"), ("junto", "a"), ("conjuntamente", "con"),
)  # fmt: skip
AGAIN = frozenset(("of", "de", "du", "des", "d'", "del", "by", "par", "por", "from", "with", "avec", "con", "à", "au", "aux"))
ACCREDITED = re.compile(
    r"(?<=\w)\s+(?:to|auprès de|ante)\s+(?:l[’']|la |les |the |las )?(?:UNESCO|United Nations|Nations Unies|Naciones Unidas)$"
    r"|(?:,\s*|\s+)(?:which|that|who|qui|que|quien(?:es)?)$|\s+(?:el|la|los|las) que$"
)
RELATIVE = re.compile(
    r"(?:,\s*(?:which|who|that|qui|que|quien(?:es)?)|"
    r"(?<!\bin )(?<!\ben )\s(?:which|who|qui|quien(?:es)?|(?:el|la|los|las) que)|^It (?:was|is|will be) .* that)$"
)
WHOSE = re.compile(r"\s*(?:whose|dont|cuy[oa]s?)\b")
ANNOUNCED = re.compile(
    r"\s+(?:(?:ha[sd] )?(?:announced|said|confirmed|declared|stated|indicated|pledged)\b[^.;,]{0,30}? that it"
    r"|a (?:annoncé|déclaré|indiqué|confirmé|fait savoir)\b[^.;,]{0,30}? qu[’'](?:elle|il)"
    r"|(?:anunció|declaró|indicó|confirmó|ha anunciado)\b[^.;,]{0,30}? que)$"
)
POSTED = re.compile(r"((?:embass|ambassade|embajada)[^.;,]{0,60}?)\s+(?:in|en|à|au|aux|a)\s+[^.;,]{2,40}$", re.IGNORECASE)
_CITIES = "|".join(
    re.split(
        r",\s*",
        """Beijing, P[ée]kin, Pekín, Bangkok, Jakarta, New Delhi, Nairobi, Dakar, Montevideo, Santiago, Cairo, Le Caire, El Cairo,
        Beirut, Beyrouth, Doha, Rabat, Tashkent, Tachkent, Almaty, Kathmandu, Katmandou, Islamabad, Ha ?Noi, Phnom Penh, Apia,
        Yaoundé, Abuja, Accra, Harare, Windhoek, Addis Ababa, Addis-Abeba, Juba, Khartoum, Maputo, Kinshasa, Libreville, Lima,
        Brazzaville, Bujumbura, Quito, San José, Mexico, México, La Havane, La Habana, Havana, Brasilia, Kingston, Venice, Venise,
        Port-au-Prince, Venecia, Ramallah, Amman, Baghdad, Kabul, Dhaka, Abidjan, Bamako""",
    )
)  # where UNESCO has offices: "the Beijing Office" is its own
BODY_ITSELF = re.compile(
    r"(?:(?:regional |cluster |liaison )?(?:office|bureau|oficina)(?: regional| régional| multipays)? (?:of|in|de|en|à) "
    rf"(?:{_CITIES})\b|(?:{_CITIES}) (?:regional |cluster |field |liaison )?office\b|"
    r"unesco(?! chair)|(?:chair(?:person|man|woman)?|president[ea]?|présidente?)\b(?!\s+(?:of|de|du|del)\s+(?:la |"
    r"the )?(?-i:[A-ZÀ-Ý]))|"
    r"(?:bureau|oficina|siège|sede|office|secteur|sector)(?: [\w-]+){0,3} (?:de|of) (?:l[’']|la |the )?unesco|(?:assistant |"
    r"deputy |sous-|sub)?(?:director|secretar)|directrice|directeur|secretar|secrétar|"
    r"executive board|general conference|conférence générale|"
    r"conferencia general|conseil exécutif|consejo ejecutivo|organi[sz]ation\b|member states?(?!\s+(?-i:[A-ZÀ-Ý]))|"
    r"états membres|estados miembros|"
    r"united nations|nations unies|naciones unidas|group of|g-?77|groupe des|grupo de los|world heritage c|states parties)",
    re.IGNORECASE,
)
INSTITUTION = re.compile(
    r"universi|institut|minist|commission|comisi|academ|académ|govern|gouvern|gobiern|council|conseil|consej|cent(?:re|er|ro)\b|"
    r"foundation|fondation|fundaci|associa|asocia|committee|comit|administra|bureau|office|oficina|agenc|delegat|déléga|delega|"
    r"federat|fédérat|federac|muse|bank|banque|banco|union|organi|munici|provinc|fund|fonds|fondo|compan|group|corporat|laborat|"
    r"societ|société|socied|school|college|department|network|palace|archiv|librar|embass|embaj|ambassad|chair",
    re.IGNORECASE,
)
LOCAL_BODY = re.compile(  # where it sits is whose it is, unless a people's name says otherwise
    r"^(?!.*\b(?:Goethe|Cervantes|Confuci|Alliance|UNESCO|International|World|Internation))(?!.*\b[A-Z]\w+(?:an|ish|ese|nch|tch|iss|çais|çaise|ien|ienne|ano|ana|és|esa)\b).*(?:universi|college|school|academ|museum|librar|institut|minist|cent(?:re|er)\b)",
    re.IGNORECASE,
)
PART = re.compile(r"(?:chair|cent(?:re|er)|institut|department|faculty|school|laborator|observator|programme|office)")
SECOND_HALF = re.compile(
    r"technolog|cultur|scien|touris|turism|sport|deport|innova|research|recherch|investig|formation|communication|comunicac|"
    r"information|"
    r"environ|ambient|cienc|tecnolog|juven|jeun|youth|educ|éduc|patrimon|herit|energ|énerg|agric|salud|santé|health|trabaj|"
    r"travail|labour|"
    r"desarrol|dévelop|develop|igual|égal|comerc|commer|trade|arte?s\b|social|human|rural|urban|digital|numér|welfare|famil|"
    r"industr|econ|écon|"
    r"financ|media|medios|médias|bienest|water|agua|forest"
)
BEARER = re.compile(r"ambassad|minist|delega[td]|délégu|representative|embajador|représentant|representante", re.IGNORECASE)
PEOPLE = re.compile(
    r"(?:delegates?|experts?|participants?|representatives?|members?|students?|scientists?|researchers?|officials?|teams?|"
    r"children|youth|"
    r"people|artists?|teachers?|companies|universities)\b",
    re.IGNORECASE,
)
CLAUSE_BEGINS = _words(
    """that which whom when while where and as since after because although que dont quand lorsque où et cuando donde y"""
)
INSERTED = re.compile(
    r"(?P<before>.*),\s+(?!(?:the|la|le|les|el|los|las|l[’'])\s*[A-ZÀ-Ý])"
    r"(?P<inserted>(?:[a-zà-ÿ]|(?=[^,;]*(?:[Aa]mbassad|[Mm]inist|[Dd]elegate|[Ee]mbajador|[Dd]élégu|"
    r"[Dd]elegad)))[^,;]*(?:,[^,;]*)*),\s*$",
    re.DOTALL,
)
TITLED_FROM = re.compile(
    r"(?P<before>(?:.*\s)?(?:Mr|Ms|Mrs|Dr|Prof|Professor)\.? [A-ZÀ-Ý][^,.;]{1,40}) from (?P<state>[^,.;]{3,60})", re.DOTALL
)
OFFICES = _words(
    """président présidente présidents rapporteur rapporteuse rapporteurs rapporteure vice-président vice-présidente
    vice-présidents membre membres presidente presidenta relator relatora vicepresidente vicepresidenta
    vicepresidentes miembro miembros"""
)
BEARING = re.compile(
    r"(?:co-)?(?:rapporteur|vice-chair|vice-president|vice-président|vicepresident|chairperson|chairman|chairwoman|relator)",
    re.IGNORECASE,
)
GOVERNMENTS = _words(
    """gouvernement gouvernements gobierno autorités autoridades ministère ministerio ambassade embajada délégation
    delegación commission comisión universidad université instituto institut academia académie ville ciudad
    ministères ministerios universités universidades commissions comisiones délégations delegaciones gobiernos
    instituts institutos ambassades embajadas villes ciudades académies academias
    municipalité municipio alcaldía mairie province provincia centre centro institut fondation fundación société
    sociedad agence agencia administration administración musée museo école escuela laboratoire laboratorio
    association asociación office oficina banque banco red réseau groupe grupo conseil consejo empresa compañía
    bibliothèque biblioteca collège lycée théâtre teatro archives archivo hôpital hospital parlement parlamento sénat
    chambre cámara observatoire observatorio comité comité consortium consorcio fédération federación union unión
    entreprise firme géant gigante government ministry municipality city province university academy authorities
    fonds fonds-en-dépôt fondo"""
)
LOCAL = _words(
    """local locale locales locaux central centrale centrales regional régional régionale régionales regionales
    nacional nationale nationales nacionales permanente permanent fédéral federal autónomo del du de des la le les
    los las respectivo respectivos concerné concernées competentes compétentes académico anfitrión hôte hôtes"""
)
ADMINISTRATIVE = _words(
    """province provincial region regional city municipal municipality central federal national autonomous state
    people's local county district"""
)

FIRMS = _words(
    """entreprise société firme géant groupe empresa compañía gigante grupo tecnológico tecnológica firma company
    firm giant group manufacturer maker conglomerate operator startup start-up provider developer tech technology
    telecom telecoms internet e-commerce electronics equipment software online gaming"""
)
CURRENCIES = frozenset(("USD", "EUR", "CNY", "RMB", "$", "€"))
ALONE = re.compile(
    r"(?:She|He|It|They|We|This|Elle|Il|Elles|Ils|Ella|Él|Ellos|The|A|An|La|Le|Les|El|Los|Las|Un|Una|Une|Under|In|On|At|After|Before|With|For|By|From|Since|During|Unlike|Like|As|Fue|Fueron|Ha|Han|Será|Serán|Está|Ont|Est|Was|Were|Is|Are|Had|Also|Sous|En|Dans|Avec|Pour|Par|Con|Por|Para|Bajo|Tras)$"
)
