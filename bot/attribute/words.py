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
    register registry
    satellite navigation marine shipping shipbuilding logistics municipality municipal municipalite municipalidad municipio
    ayuntamiento mairie prefecture alcaldia province provincia provincial ville ciudad city kommission gesellschaft
    ministerium stiftung verband fundacao fondazione"""
)
"""Words that distinguish an organisation from a person, a place or a topic. A place counts only beside one of them."""

OFFICES = word_set(
    """ministry ministries ministere ministerio ministero ministerstvo ministerium ministerie ministerul government gouvernement
    gobierno governo authority autorite autoridad autoridade autorita agency agence agencia agenzia commission comision comissao
    commissione administration administracion administracao council conseil consejo conselho secretariat secretaria"""
)
"""Words of public offices; a name of one begins a party of its own."""

UNITS = word_set(
    """institute institutes institut instituto istituto academy school ecole escuela scuola faculty faculte facultad college
    department dept departement departamento dipartimento division laboratory laboratories laboratoire laboratorio lab labs center
    centre centro branch bureau office oficina directorate direction direccion section unit group team station chair"""
)
"""Words of the parts of an organisation; a part without a proper name belongs to the organisation beside it."""

_FIELDS = word_set(
    """telecomunicazioni ricerca sviluppo innovazione sicurezza produits normalisation
    acoustics aeronautics aeronautique affaires affairs ageing agricole agriculture agroalimentaire aguas aids air algorithms
    ambiente amenagement animal antitrust applications applied archaeology architecture art artificial artisanat arts
    assessment assurance astronautics astronomy asuntos atomic attorney audiovisual audiovisuel bio biodiversity biology
    broadband budget business calidad cartography chimie ciencia ciencias cinema circuits citizen civil climate coal
    comercio commercial competition competitiveness competitividad comunicacao comunicacion comunicaciones comunicacoes
    conservation consommation construction consumer control cooperacion cooperation coordination corporate craft crops
    cross cultura customs cyber cybersecurity cyberspace defence defensa defense democracy deporte desarrollo
    desenvolvimento developpement digitales digitalisation digitalization digitisation digitization disaster district
    domestic durable earth eau ecological ecologie ecologique ecology economia economic economica economics economie
    economique economy educacao educacion electricity electromagnetic electronica electronique electroniques
    electrotechnical electrotechnics emergency empleo emploi employment energetique energia energie enseignement
    entrepreneurship entreprises environment environmental environnement equality equipement etrangeres europeennes
    exterieur exterieures exteriores external famille family federal film finance finances financial fisheries fomento
    fonction foreign formation frequences fundamental future gender genetics geodesy geography geological geology
    geomatics geophysics governance graduate habitat hacienda heritage home housing human humanities hydraulic hydrology
    ict ict4d imaging immigration independent industria industrie industriel industrielle informacao informacion
    informatica informatics informatique infraestructura infrastructure infrastructures innovacion innovations innovative
    inovacao integration intelligence interieur interior internationales inversion investigacion investigaciones
    investment investments it jeunesse judicial justice justicia knowledge labor labour land lands language law learning
    legal life local logement machine machinery machines maintenance management maritime mass mathematical mathematics
    measurement mechanical mechanics medias medio metal metals meteorology micro microsystem microsystems military minas
    mineral minerals mines mining mobility modern modernisation modernization monitoring monnaie music nacional nano
    nanotechnology nationale natural nature normalizacao nouvelles nuclear numerique numeriques obras oceanography oceans
    open optics organisation organization patent pattern peche pesca philosophy photography physical physics planificacion
    planning policy politica political pollution population ports post postal postales postes posts privacy privee
    procurement production productivite productivity products professional professionnelle promotion property prosecution
    protection public publica publicas publicos publics publique publiques qualidade qualite quality quantum
    radiocommunication radiocommunications rail railways recherche recognition reform reforme refugees region regional
    regulation regulations regulatory relaciones relations renewable repression resource resources risk road roads
    robotics rural safety salud sanitation sante saude scientific scientifique scientifiques securite seguridad sensing
    servicios signal social sociale sociales societies solidaire sostenible souverainete spatial spectrum sport sports
    standard state statistics strategic strategy superieur superieure superiores surveying sustainability sustainable tax
    technique techniques technological technologie tecnica tecnicas tecnologia tecnologias tecnologica tecnologico
    telecomunicaciones telecomunicacoes teleinformatics territoire territorial territoriale testing textiles theoretical
    tourism tourisme town trabajo training transformation transition transport transportation transporte transportes
    transports travail treasury trust turismo undersea universal urban urbanisme utilities veterinary vivienda vocational
    war waste water waterways wave welfare wireless women work world youth"""
)
_SMALL = word_set(
    """and of the for on in at to with no & y e et und de del des du da do das dos la le les los las el l d en para pour por a ai
    new first second third fourth fifth senior key joint main head national advanced high higher general central"""
)

GENERAL = KIND | LEGAL | OFFICES | UNITS | _FIELDS | _SMALL
"""Words that many names share. A piece of nothing else is no name: it belongs to the piece beside it."""

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

LOOSE_PLACES = word_set(
    "austin bath boulder brest buffalo cologne essen florence hull kent nancy nice parma phoenix reading split sydney ulm victoria"
)
"""Names of cities that are words of a language or names of people, too."""
