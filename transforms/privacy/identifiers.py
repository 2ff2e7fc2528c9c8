r"""The identifier classes of HIPAA Safe Harbor, 45 CFR 164.514(b)(2)(i)(A) to (R), and how each looks in text.

The gate refuses whatever is not a declared number, code or random id, so the patterns decide only what a refusal is
called; the first that fits names it. Patterns are of Rust's regex crate, without regard to case.
"""

from __future__ import annotations

from typing import NamedTuple


class IdentifierClass(NamedTuple):
    """One class.

    Attributes:
        rule: its id in findings.
        words: what it is, for people.
        names: pattern of column, key and file names, found in the words of a name, which are joined by blanks.
        values: pattern of values; None where only names tell.
    """

    rule: str
    words: str
    names: str
    values: str | None


_MONTHS = (
    r"(january|february|march|april|may|june|july|august|september|october|november|december|"
    r"januar|februar|märz|mai|juni|juli|oktober|dezember|enero|febrero|marzo|abril|mayo|junio|julio|agosto|"
    r"septiembre|octubre|noviembre|diciembre|janvier|février|mars|avril|juin|juillet|août|septembre|octobre|"
    r"novembre|décembre|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec|okt|dez|ene|abr|ago|dic|fév|avr)\.?"
)
_STREET = (
    r"(street|st|avenue|ave|road|rd|lane|ln|drive|dr|boulevard|blvd|court|ct|square|sq|way|place|pl|terrace|highway|"
    r"hwy|parkway|pkwy|stra(ss|ß)e|str|weg|platz|rue|calle|via)"
)

CLASSES: tuple[IdentifierClass, ...] = (
    IdentifierClass(
        "photo",
        "a photograph or an image",
        r"\b(photo\w*|picture|image|img|portrait|selfie|scan|x ?ray|dicom|avatar|headshot|jpe?g|png)\b",
        r"^data:image|\.(jpe?g|png|gif|tiff?|bmp|heic|webp|dcm)\b|^/9j/|^ivborw0k|^r0lgod|^ffd8ff|^89504e47",
    ),
    IdentifierClass(
        "biometric",
        "a biometric identifier",
        r"\b(biometric\w*|finger ?print\w*|voice ?print|iris|retina\w*|palm ?print|face ?(id|print)?|facial|gait|dna|"
        r"genom\w*|genotype|voice)\b",
        r"finger ?print|voice ?print|iris (scan|code)|retina|face ?(id|template|print)|minutiae|\brs\d{3,}|[acgt]{12,}|"
        r"\.(wav|mp3|m4a|wsq|fpt)\b",
    ),
    IdentifierClass(
        "email",
        "an e-mail address",
        r"\b(e ?mail\w*|mail|contact)\b",
        r"\S\s*(@|\(at\)|\[at\]|＠|%40)\s*\S|\bat\b.+\bdot\b|^mailto",
    ),
    IdentifierClass(
        "url",
        "a web address",
        r"\b(url|uri|web\w*|homepage|link|site|portal|facebook|twitter|instagram|linkedin|social|handle)\b",
        r"[a-z]{2,}://|\bwww\.|\bhxxp|[a-z0-9-]+\.(com|org|net|edu|gov|io|health|co|me|info|clinic|de|uk|fr|eu)\b",
    ),
    IdentifierClass(
        "device",
        "a device identifier or serial number",
        r"\b(device\w*|serial\w*|imei|meid|udi|mac|mac ?addr\w*|implant\w*|pump|monitor ?id|lot|equipment|android|"
        r"idfa)\b",
        r"^([0-9a-f]{2}[:-]){5}[0-9a-f]{2}|^[0-9a-f]{4}\.[0-9a-f]{4}\.[0-9a-f]{4}$|^\(01\)|^=/|^\d{15}$|^\d{14}$|"
        r"\b(imei|udi|serial|s/n|sn)\b|^\d{2}-\d{6}-\d{6}-\d",
    ),
    IdentifierClass(
        "ip_address",
        "an IP address",
        r"\b(ip|ipv[46]|ip ?addr\w*|host ?name|host)\b",
        r"^\[?\d{1,3}(\.\d{1,3}){3}\]?(/\d{1,2}|:\d+)?$|^\[?[0-9a-f]{0,4}(:[0-9a-f]{0,4}){3,7}\]?(/\d{1,3}|%\w+)?$|"
        r"^\[?[0-9a-f]*::[0-9a-f:.]*\]?(/\d{1,3}|%\w+)?$|^0x[0-9a-f]{8}$|\d{1,3}(\s*(\[\.\]|\(\.\))\s*\d{1,3}){3}",
    ),
    IdentifierClass(
        "ssn",
        "a social security or other national number",
        r"\b(ssn\w*|social ?sec\w*|social|national ?(id|number|insurance)|nhs|sin|tax|tin|itin|passport|citizen\w*|"
        r"personal ?(id|number)|aadhaar|nino|cpf|dni|bsn|insee)\b",
        r"^\D{0,6}\d{3}\s?[-. ‐‑–—_/]\s?\d{2}\s?[-. ‐‑–—_/]\s?\d{4}\D?$|^\d{9}$|\b(ssn|sin|nhs|nino)\b|^xxx-?xx-?\d{4}|"
        r"\*{3}-?\*{2}-?\d{4}|^[a-z]{2} ?\d{2} ?\d{2} ?\d{2} ?[a-d]$|^\d{3}[ -]\d{3}[ -]\d{3}$",
    ),
    IdentifierClass(
        "date",
        "a calendar date or part of one; send days or minutes since the first session",
        r"\b(\w*date\w*|dob|d o b|dod|birth\w*|born|\w*day|\w*time ?stamp|timestamp|datetime|admi\w+|discharged?( on)?|"
        r"death|died|deceased|year\w*|month\w*|when|visit\w*|appoint\w*|calendar|geburt\w*|fecha|datum|naissance|"
        r"created|updated|modified|start(ed)?|end(ed)?|week\w*|yob|time|at|on|doa|service ?from|anniversary)\b",
        r"^\D{0,3}(19|20)\d{2}\D{1,3}[01]?\d(\D{1,3}[0-3]?\d)?(\D|$)|"
        r"^\D{0,3}[0-3]?\d\s?[-/.,_ ]\s?[0-3]?\d\s?[-/.,_ ]\s?"
        r"'?(\d{4}|\d{2})(\D|$)|^(19|20)\d{2}(0[1-9]|1[0-2])([0-2]\d|3[01])|^([0-2]\d|3[01])(0[1-9]|1[0-2])(19|"
        r"20)\d{2}$|"
        r"^(0[1-9]|1[0-2])([0-2]\d|3[01])(19|20)\d{2}$|^(19|20)\d{2}$|^(19|20)\d{2}[-/.]?(w\d{1,2}|q[1-4]|\d{3})|"
        rf"(\b|_|\d){_MONTHS}[-\s./,_]*'?\d|\d\s?(st|nd|rd|th|\.)?[-\s./,_]*(of |de )?{_MONTHS}(\d|_|\b)|^{_MONTHS}$|"
        rf"^'\d{{2}}$|"
        r"\d{1,2}:\d{2}|\d年|\d월|\b(mon|tues?|wed(nes)?|thu(rs)?|fri|sat(ur)?|sun)(day)?\b|"
        r"^[34]\d{4}(\.\d+)?$|^1[0-9]{9}([0-9]{3})?(\.\d+)?$|^[0-3]?\d[-/.][0-3]?\d$|^[01]?\d[-/.](19|20)\d{2}$|"
        r"\b(born|dob|birth|easter|christmas|thanksgiving|new year)|^[ivx]+[./-]\d|^\d+[./-][ivx]+[./-]|^/date\(|"
        r"^\d{2}(0[1-9]|1[0-2])([0-2]\d|3[01])$|^[０-９]{4}",
    ),
    IdentifierClass(
        "fax",
        "a fax number",
        r"\b(\w*fax\w*|facsimile|telefax)\b",
        r"\bfax\b|telefax|facsimile|^f:\s*\+?\d",
    ),
    IdentifierClass(
        "phone",
        "a telephone number",
        r"\b(\w*phone\w*|tel|tele\w*|mobile|cell\w*|call ?back|sms|whats ?app|pager|handy|emergency)\b",
        r"^(tel|phone|ph|cell|mobile|call|t|m|p)?[.:#\s]*\+?\s?\(?\d{1,4}\)?[-\s./‐‑–]*\(?\d{2,5}\)?[-\s./‐‑–]*\d{2,4}"
        r"[-\s./‐‑–]*\d{2,4}([-\s./‐‑–]*\d{1,4})?(\s?(x|ext\.?)\s?\d+)?$|^\+\d{7,}|^tel:|\b1-?8\d\d-|^\d{3}-\d{4}$",
    ),
    IdentifierClass(
        "zip_code",
        "a ZIP or postal code",
        r"\b(zip\w*|post(al)? ?code|postcode|postal|plz|zcta|pin ?code)\b",
        r"^\d{5}(-\d{4}|\s\d{4})?$|^[a-z]{1,2}\d[a-z\d]? ?\d[a-z]{2}$|^[a-z]\d[a-z][ -]?\d[a-z]\d$|"
        r"^[a-z]{2}[ -]?\d{5}(-\d{4})?$|"
        r"\bzip\b|^\d{3}xx$|^d-\d{5}",
    ),
    IdentifierClass(
        "address",
        "an address or a place smaller than a state",
        r"\b(addr\w*|street|str|avenue|city|town|county|parish|precinct|district|village|region|location|place|geo\w*|"
        r"lat\w*|lon\w*|lng|gps|coord\w*|residence|home|house|apt|apartment|suite|neighbou?rhood|census\w*|tract|"
        r"country|"
        r"state|province|fips|hospital|facility|clinic ?name|practice|site ?name|room|bed|ward)\b",
        rf"^\d{{1,6}}[a-z]?,?\s+([\w.'’]+\s+){{1,5}}{_STREET}\b|\b{_STREET}\.?\s*\d+[a-z]?$|\b(p\.?\s?o\.?\s?box|apt|"
        rf"suite|"
        r"unit|floor|county|township|postfach|zip)\b|[a-zß]+(stra(ss|ß)e|weg|platz|gasse)\s*\d|"
        r"^[a-z .'-]+,\s?[a-z]{2}(\s+\d{5})?$|-?\d{1,3}\.\d{3,}\s*[,;/ ]\s*-?\d{1,3}\.\d{3,}|\d+°|^-?\d{1,3}\.\d{4,}$|"
        r"\d\s?,\s?rue\b|\brue de|^[23456789cfghjmpqrvwx]{4,8}\+[23456789cfghjmpqrvwx]{2,3}|\bclinic\b|\bhospital\b",
    ),
    IdentifierClass(
        "vehicle",
        "a vehicle identifier or licence plate",
        r"\b(vehicle\w*|vin|plate\w*|licen[sc]e ?plate|car|registration ?plate|tag)\b",
        r"^[a-hj-npr-z0-9]{17}$|\b(vin|plate|lic\.? plate)\b|^[a-z]{1,3}[- ]\d{3,4}([- ]?[a-z]{1,3})?$|"
        r"^\d[a-z]{3}\d{3}$|"
        r"^\d{3}[- ][a-z]{3}$|^[a-z]{1,3}-[a-z]{1,2} ?\d{1,4}$|^[a-z]{2}\d{2} [a-z]{3}$",
    ),
    IdentifierClass(
        "plan_number",
        "a health-plan beneficiary number",
        r"\b(insur\w*|plan|policy\w*|member\w*|beneficiary\w*|subscriber\w*|payer|payor|medicare|medicaid|mbi|hicn|"
        r"coverage|group ?(no|number|id)|krankenkasse|hmo|claim\w*)\b",
        r"^\d[ac-hj-np-rt-y][ac-hj-np-rt-y\d]\d-?[ac-hj-np-rt-y][ac-hj-np-rt-y\d]\d-?[ac-hj-np-rt-y]{2}\d{2}$|"
        r"^\d{9}[a-d]\d?$|"
        r"\b(plan|member|policy|medicare|medicaid|mbi|bcbs|aetna|cigna|subscriber|group|hicn|claim)\b|"
        r"^[a-z]{3}\d{9,12}$",
    ),
    IdentifierClass(
        "licence_number",
        "a certificate or licence number",
        r"\b(licen[sc]e\w*|certificate\w*|cert|dea|npi|permit|driver\w*|dl|provider\w*|prescri\w*|physician\w*|doctor|"
        r"nurse|clinician|therapist)\b",
        r"^[a-z]{2}\d{7}$|\b(licen[sc]e|lic|dl|dea|npi|cert|permit|rn|md)\b|^[a-z]\d{7}$|^[a-z]\d{3}-\d{4}-\d{4}$",
    ),
    IdentifierClass(
        "account_number",
        "an account number",
        r"\b(account\w*|acct\w*|iban|bic|swift|bank\w*|card\w*|credit\w*|billing|invoice\w*|payment\w*|routing|venmo|"
        r"paypal|wallet|bitcoin)\b",
        r"\b(acct|account|iban|invoice|inv|bill|card|routing)\b|^[a-z]{2}\d{2}( ?[a-z0-9]{4}){3,8}|"
        r"^(\d{4}[- ]){3}\d{4}$|"
        r"^3\d{3}[- ]\d{6}[- ]\d{5}$|^\d{16}$|^(bc1|0x)[a-z0-9]{20,}|^[a-z]{6}[a-z0-9]{2}([a-z0-9]{3})?$",
    ),
    IdentifierClass(
        "record_number",
        "a medical record or other sequential number",
        r"\b(mrn\w*|medical ?rec\w*|record\w*|chart\w*|emr|ehr|epic|case ?(no|number|id)|encounter\w*|fin|csn|"
        r"accession\w*|order\w*|specimen\w*|number|no|nr|num|row ?id|patient ?(no|number|nr))\b",
        r"\b(mrn|mr|emr|ehr|chart|rec|record|case|pt|pat|patient|enc|encounter|accession|csn|fin|id|no|nr|subj|"
        r"subject)\b"
        r"[-_#.:\s]*\d|^#\s?\d|^[a-z]{1,6}[-_ ]?\d{3,}$|^\d{5,}$|^\d{2}-\d{2}-\d{2,}$|^\d{1,3}(,\d{3})+$|"
        r"^\d+[-_/]\d+$|^0\d+$",
    ),
    IdentifierClass(
        "age_over_89",
        "an age above 89; write 90 for all of them",
        r"\b(age\w*|exact ?age)\b",
        r"^(9[1-9]|1[0-4]\d)(\.\d+)?\s*(y|yr|yrs|years?|yo|y/o)?( old)?$|\b(9[1-9]|1[0-4]\d)\s*(y|yr|yrs|years?|yo)\b",
    ),
    IdentifierClass(
        "name",
        "a name",
        r"\b(\w*name\w*|first|last|given|family|surname|forename|initial\w*|nick\w*|alias|maiden|middle|mother\w*|"
        r"father\w*|"
        r"spouse|wife|husband|guardian|relative\w*|kin|parent\w*|employer\w*|nombre|apellido|vorname|nachname|prenom|"
        r"nom|"
        r"title|signature|signed|attending|author|user\w*|staff|operator|person|who)\b",
        r"^(mr|mrs|ms|miss|dr|prof|sir|herr|frau|sr|sra|rev)\b\.?|^\p{Lu}[\p{L}'’.-]+,?(\s+\p{Lu}[\p{L}'’.-]*){1,4}$|"
        r"^\p{L}+[._]\p{L}+$|^(\p{L}\.\s?){2,4}$|,\s*(md|rn|phd|jr|sr|do|np|pa)\b|^\p{Lu}\p{Ll}+$|^\p{Lu}{2,4}$",
    ),
    IdentifierClass(
        "other_code",
        "another unique code",
        r"\b(\w*id|\w*ids|guid|uuid|\w*key|\w*code|hash\w*|token\w*|identifier\w*|barcode|qr\w*|study ?(no|number)|"
        r"pseudonym\w*|"
        r"ref\w*|link\w*|cookie|session ?key|unique)\b",
        r"^\{?[0-9a-f]{8}-[0-9a-f]{4}-|^[0-9a-f]{8,}$|^urn:|^[a-z0-9+/_-]{16,}={0,2}$|^(?:[a-z]+\d|"
        r"\d+[a-z])[a-z0-9-]*$|"
        r"^[a-z0-9]+([-_/:.#][a-z0-9]+)+$",
    ),
)

FREE_TEXT = IdentifierClass(
    "free_text",
    "text that is no declared code; leave blank what is unknown, and never write words",
    r"\b(note\w*|comment\w*|remark\w*|text|free ?text|description|narrative|memo|detail\w*|other|story|history|"
    r"summary)\b",
    None,
)
"""What fits no class; a name of a column that fits none is told as such."""

RULES: dict[str, IdentifierClass] = {found.rule: found for found in (*CLASSES, FREE_TEXT)}
"""Rule id to class."""
