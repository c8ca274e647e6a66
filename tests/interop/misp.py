"""pymisp reads our feed, and misp-stix (both PyPI, by CIRCL) converts the same events as we do, the differences listed and justified.

Run in a virtual environment that has both (./run interop makes one). Its last line is "N passed, M failed".
"""
import base64
import json
import re
import sys
import urllib.error
import urllib.request

from misp_stix_converter import ExternalSTIX2toMISPParser, InternalSTIX2toMISPParser, MISPtoSTIX21Parser
from pymisp import MISPEvent
from stix2.v21 import Bundle

from node import Node
from report import Report

VALUES = {
    "ip-src": "45.155.205.233", "ip-dst": "2a02:4780:1::5", "domain": "evil.com", "hostname": "a.evil.com", "url": "http://evil.com/x?y='z'",
    "md5": "d41d8cd98f00b204e9800998ecf8427e", "sha1": "da39a3ee5e6b4b0d3255bfef95601890afd80709",
    "sha256": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "filename": "dropper.exe",
    "filename|md5": "dropper.exe|d41d8cd98f00b204e9800998ecf8427e", "filename|sha256": "a.exe|e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "email-src": "boss@evil.com", "email-dst": "victim@bank.com", "email": "c@evil.com", "email-subject": "Invoice", "domain|ip": "evil.com|45.155.205.233",
    "ip-dst|port": "45.155.205.233|8443", "mutex": "Global\\x", "AS": "AS64496", "user-agent": "Evil/1.0", "regkey": "HKLM\\Software\\Evil",
    "regkey|value": "HKLM\\Software\\Evil|1", "mac-address": "00:11:22:33:44:55", "yara": "rule x { condition: true }", "snort": "alert tcp any any -> any any",
    "comment": "a remark", "text": "some text", "btc": "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa",
}

# What misp-stix keeps as an attribute and is an indicator with us, for scans look for it: STIX has no object of its own for it.
OURS_ALONE = {"btc": "[x-cryptocurrency-wallet:value = '1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa']"}


def event():
    attributes = []
    for number, (kind, value) in enumerate(VALUES.items()):
        for acts in (True, False):
            attributes.append({"uuid": f"33333333-3333-4333-8333-{number * 2 + acts:012d}", "type": kind, "category": "Other", "value": value,
                               "to_ids": acts, "timestamp": "1767225600", "comment": f"attribute {number}"})
    return {"Event": {"uuid": "11111111-1111-4111-8111-111111111111", "info": "Interop", "date": "2026-01-01", "timestamp": "1767225600", "published": True,
                      "publish_timestamp": "1767225600", "threat_level_id": "2", "analysis": "2", "Tag": [{"name": "tlp:clear"}],
                      "Orgc": {"name": "CERT X", "uuid": "22222222-2222-4222-8222-222222222222"}, "Attribute": attributes}}


# A number in a pattern is a number here: STIX never takes a text for its equal. A rule of another language stands as it is: in brackets
# no engine would take it.
def as_ours(pattern, language):
    if language != "stix":
        return pattern.removeprefix("[").removesuffix("]")
    return re.sub(r"((?:_port|:number) = )'(\d+)'", r"\1\2", pattern)


def main():
    report = Report()
    source = event()
    theirs = MISPtoSTIX21Parser()
    theirs.parse_misp_event(json.loads(json.dumps(source)))
    their_objects = {o["id"]: o for o in (json.loads(o.serialize()) for o in theirs.stix_objects)}
    with Node() as node:
        shared = json.loads(node.comity("share", node.file("event.json", json.dumps(source)), "--as", "cert-meridia", "--tlp", "clear", "--json"))
        report.check("the event is understood as MISP's", shared["kind"] == "misp")
        report.check("nothing of it is lost", shared["lost"] == [], shared["lost"])
        ours = {o["object"]["id"]: o["object"] for o in json.loads(node.raw(f"/api/v1/statements/{shared['id']}/objects?limit=1000"))["items"]}

        for kind, number in ((k, n) for n, k in enumerate(VALUES)):
            name = f"indicator--33333333-3333-4333-8333-{number * 2 + 1:012d}"
            their, our = their_objects.get(name), ours.get(name)
            if their is None and our is None:
                custom = name.replace("indicator", "x-misp-attribute")
                report.check(f"{kind}: both keep it as an attribute", custom in ours and custom in their_objects)
            elif their is None and kind in OURS_ALONE:
                report.check(f"{kind}: an indicator with us alone", our["pattern"] == OURS_ALONE[kind] and "labels" in our, our)
            elif their is None or our is None:
                report.check(f"{kind}: an indicator with both", False, f"misp-stix {their is not None}, ours {our is not None}")
            else:
                report.check(f"{kind}: the same pattern", as_ours(their["pattern"], their["pattern_type"]) == our["pattern"] and their["pattern_type"] == our["pattern_type"],
                             f"{their['pattern']} against {our['pattern']}")
        for name in (n for n in ours if n.startswith(("report--", "identity--"))):
            report.check(f"{name.split('--')[0]}: the same id", name in their_objects or "name" in ours[name])

        # And back: misp-stix reads what we made.
        bundle = Bundle([o for o in ours.values() if not o["type"].startswith("x-misp")], allow_custom=True)
        for parser_class in (InternalSTIX2toMISPParser, ExternalSTIX2toMISPParser):
            parser = parser_class()
            parser.load_stix_bundle(bundle)
            parser.parse_stix_bundle()
            values = {a.value for a in parser.misp_event.attributes} | {a.value for o in parser.misp_event.objects for a in o.attributes}
            wanted = [VALUES[k] for k in ("domain", "ip-src", "md5", "sha256", "url", "email-src")]
            report.check(f"{parser_class.__name__} reads our indicators", all(v in values for v in wanted), sorted(set(wanted) - values))

        # The feed, as PyMISP and MISP read one.
        manifest = json.loads(node.raw("/misp/feed/manifest.json"))
        report.check("the manifest lists one event", len(manifest) == 1, manifest)
        uuid = next(iter(manifest))
        read = MISPEvent()
        read.load(json.loads(node.raw(f"/misp/feed/{uuid}.json")))
        report.check("PyMISP loads it", read.uuid == uuid and read.info == "Interop" and read.Orgc.name == "CERT X")
        report.check("PyMISP writes the manifest's entry of it", set(manifest[uuid]) == set(read.manifest[uuid]),
                     f"{set(manifest[uuid]) ^ set(read.manifest[uuid])}")
        back = {(a.type, a.value, bool(a.to_ids)) for a in read.attributes}
        missing = {(k, v, i) for k, v in VALUES.items() for i in (True, False)} - back
        report.check("every attribute came back", not missing, sorted(missing))
        hashes = node.raw("/misp/feed/hashes.csv").split()
        own = {f"{h},{uuid}" for a in read.attributes for h in a.hash_values("md5")}
        report.check("hashes.csv has PyMISP's hashes", own <= set(hashes), f"{len(own - set(hashes))} are missing")
        request = urllib.request.Request(node.url + "/misp/feed/manifest.json", headers={"Authorization": "Basic " + base64.b64encode(b"x:y").decode()})
        try:
            urllib.request.urlopen(request)
            report.check("wrong credentials are refused", False)
        except urllib.error.HTTPError as error:
            report.check("wrong credentials are refused", error.code == 401)
    print(f"{report.passed} passed, {report.failed} failed")
    return 1 if report.failed else 0


if __name__ == "__main__":
    sys.exit(main())
