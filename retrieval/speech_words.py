"""The closed word lists behind who-said-what: verbs of speech and thought, role nouns, titles, function words.

All lists are written by hand from general knowledge of English; none is derived from a corpus.
"""

from __future__ import annotations

_IRREGULAR = {
    "say": "says said saying",
    "tell": "tells told telling",
    "write": "writes wrote written writing",
    "think": "thinks thought thinking",
    "feel": "feels felt feeling",
    "see": "sees saw seen seeing",
    "hold": "holds held holding",
    "put": "puts put putting",
    "find": "finds found finding",
    "show": "shows showed shown showing",
    "know": "knows knew known knowing",
    "make": "makes made making",
    "hear": "hears heard hearing",
    "read": "reads read reading",
    "shoot": "shoots shot shooting",
    "foresee": "foresees foresaw foreseen foreseeing",
    "mean": "means meant meaning",
    "speak": "speaks spoke spoken speaking",
    "go": "goes went gone going",
    "swear": "swears swore sworn swearing",
    "understand": "understands understood understanding",
    "begin": "begins began begun beginning",
    "learn": "learns learned learnt learning",
    "dream": "dreams dreamed dreamt dreaming",
    "forget": "forgets forgot forgotten forgetting",
    "label": "labels labeled labelled labeling labelling",
} | {
    verb: f"{verb}s {verb}{verb[-1]}ed {verb}{verb[-1]}ing"
    for verb in """plan commit beg prefer brag snap slam dub concur quip opt blog admit submit regret refer chat demur
    rip""".split()
}


def _forms(verb: str) -> dict[str, str]:
    """Map every inflected form of a verb to its kind: base, s, past or ing."""
    if verb in _IRREGULAR:
        found = {verb: "base"}
        for form in _IRREGULAR[verb].split():
            found[form] = "ing" if form.endswith("ing") else "s" if form.endswith("s") else "past"
        return found
    stem, third = verb, verb + "s"
    if verb.endswith(("s", "sh", "ch", "x", "z")):
        third = verb + "es"
    elif verb.endswith("y") and verb[-2] not in "aeiou":
        return {verb: "base", verb[:-1] + "ies": "s", verb[:-1] + "ied": "past", verb + "ing": "ing"}
    if verb.endswith("e"):
        stem = verb[:-1]
    return {verb: "base", third: "s", stem + "ed": "past", (verb if verb.endswith("ee") else stem) + "ing": "ing"}


def _table(verbs: str) -> dict[str, tuple[str, str]]:
    return {form: (verb, kind) for verb in verbs.split() for form, kind in _forms(verb).items()}


SAY = _table(
    """say tell add note argue claim state explain announce insist warn write report suggest assert declare contend
    acknowledge admit concede conclude predict stress emphasize emphasise reiterate reply respond remark observe
    comment tweet allege maintain caution confirm recall quip joke continue boast complain counter deny proclaim
    profess posit recount reveal disclose relate repeat retort vow lament mutter whisper shout yell cry exclaim
    answer ask opine elaborate clarify affirm reaffirm testify attest counsel advise advocate assure reassure
    remind inform notify underscore underline highlight mention point speculate theorize surmise muse estimate
    forecast project calculate brag blog post charge accuse decry deplore signal indicate imply hint pledge
    promise propose protest rejoin interject intone interrupt chant thunder fume grumble gripe tease sneer scoff
    snap bemoan vent urge recommend guess reckon figure wonder inquire query demand request rule find show
    determine discover hypothesize share persuade convince swear concur go put read
    shoot fire object reinforce preach plead pray
    submit attribute marvel rant rave gush shrug laugh crow sigh lecture echo agree disagree dispute telegraph
    tout beam boom demur bellow bark roar snarl whine deadpan caveat ruminate allow"""
)
THINK = _table(
    """believe think feel hope fear expect know worry doubt suspect assume realize realise understand anticipate
    foresee imagine presume consider suppose hear learn regret fret wish see view dream forget remember envision
    mean"""
)
# Verbs that report an infinitive: "vowed to leave", "urged them to vote".
INFINITIVE = _table(
    """vow promise pledge agree offer threaten propose ask urge encourage advise order call want hope plan intend
    demand swear seek aim prefer wish expect commit push lobby implore beg instruct direct invite warn challenge
    vote decide request tell claim recommend persuade convince press remind authorize opt require"""
)
# Verbs that report a judgement on their object: "called it 'novel'", "dismissed it as hype".
JUDGE = _table(
    """credit view see regard chide scold rip liken compare rebuke admonish berate skewer assail
    castigate disparage taunt ridicule call
    describe dub label brand term characterize characterise depict portray deem denounce dismiss praise
    criticize criticise slam blast condemn hail deride mock lambaste decry tout laud applaud defend attack
    reject endorse support oppose back welcome favor favour question cite reference blame accuse echo address
    discuss outline detail express voice propose suggest announce predict demand urge raise debate refer
    highlight emphasize emphasise stress underscore reiterate lament bemoan acknowledge deny dispute advocate
    prefer love hate like dislike appreciate embrace fear anticipate expect reaffirm consider"""
)
SAY_VERBS, THINK_VERBS, INFINITIVE_VERBS, JUDGE_VERBS = (
    frozenset(verb for verb, _ in table.values()) for table in (SAY, THINK, INFINITIVE, JUDGE)
)
CUES = JUDGE | INFINITIVE | THINK | SAY
# Verbs that carry a direct quotation only when one stands beside them.
QUOTED_ONLY = frozenset(
    """go begin continue read shoot fire put share laugh shrug sigh joke point post charge find show
    rule see hear view make mean
    project answer relate figure submit press direct call order like love speak plan back allow""".split()
)
# "his claim that …", "X's prediction that …"; "was confident that …".
NOUNS = frozenset(
    """claim assertion statement allegation view opinion prediction warning suggestion argument fear hope concern
    contention notion conviction accusation announcement insistence promise pledge vow conclusion theory expectation
    confidence admission declaration complaint remark doubt assurance realization belief testimony comment""".split()
)
ATTITUDES = frozenset(
    """confident convinced certain sure optimistic firm adamant worried concerned hopeful skeptical doubtful afraid
    fearful proud sorry frustrated disappointed surprised happy glad pleased angry clear""".split()
)
ROLE_HEADS: dict[str, str] = {
    "ceo": "ceo",
    "cfo": "cfo",
    "coo": "coo",
    "cto": "cto",
    "chairman": "chair",
    "chairwoman": "chair",
    "chair": "chair",
    "chairperson": "chair",
    "spokesman": "spokesperson",
    "spokeswoman": "spokesperson",
    "spokesperson": "spokesperson",
    "cofounder": "founder",
    "co-founder": "founder",
    "founder": "founder",
}
for _role in """president senator governor secretary minister premier chancellor director manager professor analyst
    strategist economist lawyer attorney judge justice mayor sheriff officer chief editor reporter journalist author
    candidate nominee leader adviser advisor aide official commissioner ambassador general colonel captain sergeant
    congressman congresswoman representative lawmaker speaker counsel prosecutor investor executive
    researcher scientist
    doctor physician engineer developer pollster columnist commentator host anchor correspondent activist organizer
    consultant operative whip pastor reverend bishop pope king queen prince princess actor actress singer star coach
    player owner teacher student farmer veteran expert historian billionaire businessman businesswoman mogul magnate
    treasurer comptroller trustee fellow head boss vice-president lieutenant commander detective inspector
    superintendent principal dean rector curator critic novelist writer poet filmmaker producer
    democrat republican independent incumbent challenger opponent delegate superdelegate envoy
    councilman councilwoman alderman assemblyman assemblywoman legislator delegate marshal""".split():
    ROLE_HEADS.setdefault(_role, _role)
ROLE_HEADS |= {"advisor": "adviser", "boss": "chief", "head": "chief", "attorney": "lawyer", "co-host": "host"}

# Titles that are written before a name, with the gender they tell ("" where they tell none).
TITLES: dict[str, str] = dict.fromkeys(
    """dr prof sen rep gov gen col lt sgt capt maj hon rev fr adm cmdr pres amb atty judge justice senator governor
    president representative secretary speaker mayor ceo cfo coo cto chairman chairwoman chair prime minister
    chancellor premier pope general colonel captain sheriff vice congressman congresswoman reverend pastor
    father bishop attorney deputy officer detective professor director chief commissioner ambassador founder
    co-founder cofounder spokesman spokeswoman spokesperson coach king queen prince princess saint st sens reps
    first lady councilman councilwoman executive financial operating technology house senate majority minority
    leader former then-president democrat republican democratic gop dean analyst editor host nominee candidate
    manager strategist lord sir dame attorney-general whip author actor actress economist""".split(),
    "",
) | {"mr": "m", "mrs": "f", "ms": "f", "miss": "f", "sir": "m", "lord": "m", "dame": "f", "lady": "f", "king": "m"}

MALE = frozenset(
    """aaron adam ahmed akira alan albert alejandro alex alexander alfred ali amir anders andre andrew andy angus
    anthony antonio arjun arthur austin barack barry ben benjamin bernard bernie bill billy bob bobby boris brad
    bradley brandon brendan brent brett brian brock bruce bryan byron cameron carl carlos cecil chad charles charlie
    chris christopher chuck clarence clark clint clinton cole colin conor cory craig curt curtis dale damon dan
    daniel danny darrell darren dave david dean dennis derek desmond devin dick dmitri dmitry dominic don donald
    doug douglas drew duncan dustin dwight earl ed eddie edgar edmund edward edwin eli elijah elliott elon emilio
    emmanuel enrique eric erik ernest ernie ervin ethan eugene evan everett felix ferdinand fernando francis frank
    fred fredrick garrett gary gene geoff geoffrey george gerald gerard gideon gilbert giles glenn gordon graham
    grant greg gregory grover gus guy hank hans harold harry harvey hassan hector henry herbert hiroshi homer horace
    howard hugh hugo ian ibrahim igor irving isaac isaiah ivan jack jackson jacob jake james jamie jared jason
    javier jay jeb jeff jeffrey jens jensen jeremy jerome jerry jim jimmy joe joel john johnny jon jonas jonathan
    joost jordan jorge jose josef joseph josh joshua juan jude julian julius justin kai kareem karim karl keith ken
    kenji kenneth kent kevin khalid kirby kirk klaus kristian kurt kyle lance larry lars laurence lawrence lee leo
    leon leonard leroy lester levi lewis liam liang lindsey lloyd lorenzo lou louis luca lucas luis luke magnus
    mahmoud malcolm manuel marc marco marcus mario mark marshall martin marvin mateo matt matthew maurice max mehmet
    melvin micah michael miguel mike milo mitch mitt mohamed mohammed morgan mort moses muhammad mustafa narendra
    nate nathan ned neil nelson nicholas nick nigel nikolai noah norman olaf oleg oliver olivier omar oscar otto
    owen pablo pat patrick paul pedro percy perry pete peter phil philip philippe phillip pierre quentin rafael
    rahul raj ralph ramon rand randy raul ravi ray raymond reginald reince rex ricardo richard rick ricky rishi rob
    robby robert roberto roderick rodney rodrigo roger roland rolf ron ronald ross roy ruben rudy rufus rupert
    russell ryan salman sam samuel sanjay satya scott sean sebastian sergei sergey seth shane shawn sheldon sherman
    shinzo sid simon solomon spencer stanley stefan stephen steve steven stuart sundar sven sylvester tariq ted
    terrence terry thad theo theodore thomas tim timothy tobias toby todd tom tomas tommy tony travis trent trevor
    trey troy tyler vernon victor viktor vince vincent virgil vladimir volodymyr wade walter warren wayne wendell
    wesley wilfred will william winston xavier yusuf zach zachary dario""".split()
)
FEMALE = frozenset(
    """abigail ada aisha alice alicia alison amanda amber amy ana anastasia andrea angela anita ann anna anne annette
    annie antonia ariana ashley astrid audrey barbara beatrice bella bernadette beth betty beverly bonnie brenda
    bridget brittany brooke camila candace carla carly carmen carol caroline carolyn cassandra catherine cecilia
    celeste charlene charlotte chelsea cheryl chloe christina christine cindy claire clara claudia colleen connie
    constance cora courtney cristina crystal cynthia daisy dana daniela danielle daphne darlene dawn debbie deborah
    debra deirdre delia delores denise desiree diana diane dianne donna dora doris dorothy edith edna eileen elaine
    eleanor elena elisa elise elizabeth ella ellen elsa emily emma erica erin esther ethel eva eve evelyn faith
    fatima fern fiona flora florence frances francesca freda gabriela gabrielle gail genevieve georgia gertrude gina
    ginger giorgia giselle gladys gloria grace greta gretchen gwen hannah harriet hazel heather heidi helen hilda
    hillary holly hope huma ida ingrid irene iris isabel isabella ivanka ivy jackie jacqueline jane janet janice
    jasmine jean jeanne jeannette jen jenna jennifer jenny jessica jill jo joan joann joanna jodi josephine joy
    joyce juanita judith judy julia julie juliet kamala kara karen karla katarina kate katharine katherine kathleen
    kathryn kathy katie katrina kayleigh kelly kellyanne kim kimberly kirsten krista kristen kristin lana laura
    lauren leah leila lena leona leslie lillian lillie lily lina linda lindsay lisa liz lois lorena loretta lori
    lorna lorraine louise lucia lucille lucy lydia lynn mabel madeleine madeline maeve maggie mandy marcia margaret
    margarita margot maria mariana marianne marie marilyn marina marine marion marissa marjorie marla martha mary
    maureen maxine megan melania melinda melissa melody mercedes meryl mia michele michelle mildred mindy mira
    miriam molly monica myra nadia nancy naomi natalie natasha nell nicole nikki nina nora norma odette olga olivia
    opal paige pamela patricia patty paula paulina pauline pearl peggy penelope petra phoebe phyllis polly priscilla
    priya rachel ramona rebecca regina renee rhonda rita roberta robin rosa rose rosemary roxanne ruby ruth sabrina
    sadie sally salma samantha sandra sara sarah selena serena shannon sharon sheila shelly sheryl shirley silvia
    simone sofia sonia sophia stacy stella stephanie sue susan susanna suzanne sybil sylvia tabitha tamara tammy
    tanya tara tatiana teresa thelma theresa tiffany tina tori tracy ursula valerie vanessa velma vera veronica
    vicki victoria viola violet virginia vivian wanda wendy whitney winifred yolanda yuki yvette yvonne zoe""".split()
)
ORG_WORDS = frozenset(
    """inc corp co ltd llc plc group company corporation university college institute committee commission council
    party house senate congress court department agency administration bureau association foundation center
    centre union bank news times post journal press tribune herald daily magazine tv radio network channel
    campaign street avenue road city county state states states' river lake mountain building tower park airport
    hospital school church club team league cup bowl award awards act bill law plan project program programme
    initiative poll survey report review post-gazette guardian globe ministry force army navy guard police board
    fund partners capital securities technologies systems labs laboratories research ai america united north
    south east west new day week month year january february march april may june july august september october
    november december monday tuesday wednesday thursday friday saturday sunday data science intelligence media
    services international national federal global world american european chinese model models chat order
    convention debate caucus primary""".split()
)
DETERMINERS = frozenset(
    """the a an this that these those his her its their our my your some many several any each every both all most
    few no another other such more one two three four five six seven eight nine ten dozens hundreds
    thousands""".split()
)
PREPOSITIONS = frozenset(
    """of in on at by for from with to about against between into through during before after above below under
    over since until among within without toward towards upon across behind beyond despite amid amidst near like
    unlike including besides throughout via per except regarding concerning""".split()
)
SUBORDINATORS = frozenset(
    """that when while as because if although though whereas where which who whom whose whether unless once so than
    but since until before after why how what""".split()
)
AUXILIARIES = frozenset(
    """has have had is are was were be been being do does did will would can could may might must shall should
    having""".split()
)
BE = frozenset("is are was were be been being".split())
MODALS = frozenset("would could might may should must can shall will ought".split())
NEGATIONS = frozenset("not never n't hardly neither nor nobody cannot without no-one rarely seldom".split())
ADVERBS = frozenset(
    """also then later now further again repeatedly recently once even still just only often always first already
    ever soon thus therefore however too instead meanwhile simply long there here since all both sometimes
    subsequently flatly bluntly together perhaps rightly himself herself themselves itself well""".split()
)
PRONOUNS: dict[str, str] = {
    "he": "m",
    "she": "f",
    "they": "p",
    "it": "o",
    "who": "r",
    "i": "1",
    "we": "1",
    "you": "2",
    "which": "r",
}
CONNECTIVES = frozenset(
    """but and or yet so however meanwhile moreover furthermore still also then thus instead nevertheless
    nonetheless indeed besides later now today yesterday earlier afterward afterwards though if when while as
    because although since after before once until on in at for from with by to of the a an this that these
    those there here his her its their our my your he she they it we you i who what why how where which some
    many several most few one all both not no yes despite according during even just only like unlike perhaps
    maybe last next more such about against under over asked speaking finally first second overall separately
    similarly ironically additionally unfortunately clearly let see read click be don is are was were do does
    did will would can could has have had should may might must sources officials critics people others another
    each every any nothing""".split()
)
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTHS = {
    name: number
    for number, names in enumerate(
        "january jan|february feb|march mar|april apr|may|june jun|july jul|august aug|september sept sep|"
        "october oct|november nov|december dec".split("|"),
        1,
    )
    for name in names.split()
}
ABBREVIATIONS = frozenset(
    """mr mrs ms dr prof sen rep gov gen col lt sgt capt maj hon rev st jr sr vs inc corp co ltd jan feb mar apr
    jun jul aug sept sep oct nov dec no adm cmdr pres amb atty dept etc sens reps gens messrs ave blvd ft mt
    conn mass calif colo fla ga ill ind kan ky la md mich minn miss mo mont neb nev ariz ark ala del okla ore pa
    tenn tex va vt wash wis wyo fig est eq al u.s u.k u.n d.c""".split()
)
PARTICLES = frozenset("de van von bin al del la le der den di da dos du el ibn ten ter".split())
