"""Word lists: words that say little about a party, and words that tell its kind. Keys, see normalise.key."""


def word_set(text: str) -> frozenset[str]:
    """Return the words of a text as a set."""
    return frozenset(text.split())


LEGAL = word_set(
    """ltd limited inc incorporated co company corp corporation llc llp lp plc gmbh ag kg kgaa se sa sas sarl sasu spa
    srl sl slu bv nv vof ab aktiebolag oy oyj as asa aps a s p l c sro spol kft zrt nyrt doo dd ooo oao pao zao jsc
    pjsc ojsc pvt private pte pty sdn bhd berhad kk kabushiki kaisha tbk pt sae fze fzco wll soc ltda lda eirl sab de
    cv cvba sprl bvba sc rl ve ticaret sanayi san tic holding holdings group international technologies technology
    tech telecom mobile communications communication networks network electronics systems system solutions services
    service software research rd r d and development labs lab laboratories laboratory center centre institute digital
    device devices the of europe europa emea asia pacific america americas global worldwide operations member entity
    team us uk"""
)
"""Legal forms and general words of company names; beside a name they do not make another name."""

FORM = word_set(
    """ltd limited inc incorporated co company corp corporation llc llp plc gmbh ag sa sas sarl spa srl sl bv nv ab oy
    oyj as asa aps sro kft doo ooo oao pjsc jsc pvt private pte pty sdn bhd kk tbk lda ltda cv de s a p l c k b r o h
    n v i y d z sapi sab soc u"""
)
"""Legal forms alone, which may follow after a comma without being a party."""

KIND = word_set(
    """university universite universitaet canton universidad universidade universita universitat universiteit universitet
    universitetet universitesi univ institute institut instituto istituto institution inst academy academie academia
    akademie college school ecole escuela scuola hochschule polytechnic politecnico faculty hospital clinic laboratory
    laboratories laboratoire laboratorio lab labs center centre centro centrum ministry ministere ministerio
    ministerstvo department dept bureau office agency agencia agence administration authority autorite autoridad
    commission comision council conseil consejo committee comite board government gouvernement gobierno federation
    association asociacion associazione society societe sociedad union foundation fondation fundacion alliance forum
    consortium chamber standards standardization standardisation normalisation normalizacion metrology accreditation
    inspection supervision service services company co corp corporation ltd limited inc incorporated llc plc gmbh ag
    sa sas spa srl bv nv ab oy oyj pvt pte pty kk group holdings holding enterprise enterprises industries industry
    industrial technology technologies technical tech telecom telecommunication telecommunications telekom
    communications communication comms mobile network networks electronics electronic electric electrical software
    systems system semiconductor microelectronics information computer computing digital intelligent automation energy
    power grid railway petroleum steel automotive motors bank insurance securities airlines airport port press
    publishing media broadcasting television radio research science sciences engineering design optical
    optoelectronics photonics devices device equipment instrument instruments manufacturing works factory plant
    trading trade commerce police army navy security museum library observatory archive archives registry exchange
    pharmaceutical pharmaceuticals biotech biotechnology medical medicine health cultural culture education innovation
    internet cloud data platform station branch division operations solutions consulting consultants studio park
    venture ventures capital materials chemical chemicals textile food agricultural forestry aerospace aviation space
    satellite navigation marine shipping shipbuilding logistics municipality municipal municipalite municipalidad municipio
    ayuntamiento mairie prefecture alcaldia province provincia provincial ville ciudad city kommission gesellschaft
    ministerium stiftung verband fundacao fondazione"""
)
"""Words that distinguish an organisation from a person, a place or a topic. A place counts only beside one of them."""

PUBLIC = word_set(
    """government gouvernement gobierno ministry ministere ministerio commission comision delegation delegacion mission mision
    embassy ambassade embajada authority administration council conseil consejo university universite universidad academy
    academie academia school ecole museum musee museo committee comite municipality"""
)
"""Words of public bodies; a country beside one is its State, not its domicile."""

SENTENCE = word_set(
    """was were is are has have held hold holds approved including included includes would will shall should agreed noted
    invited that which organized organised took participants countries companies meetings because according attended"""
)
"""Words of running text; a text with one of them is a sentence and names no party."""

LOOSE_COUNTRIES = word_set("georgia jordan chad jersey guinea niger mali dominica columbia granada mexico")
"""Names of countries that other places or people have too; they count only where they are set apart."""
