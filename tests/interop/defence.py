"""What our exports are for reads them: BIND's named-checkzone, Unbound, nftables, Suricata, ipset, where they are installed.

Its last line is "N passed, M failed"; what is not installed is said, and neither.
"""
import shutil
import subprocess
import sys

from node import Node

LIST = """evil.com
a.evil.com
xn--bcher-kva.example.net
under_score.evil.net
45.155.205.233
45.155.0.0/17
2a02:4780:1::5
2a02:4780::/48
2a02:0:0:1:0:0:0:1
http://evil.com/a;b?c="d"|e
https://evil.com/x
boss@evil.com
d41d8cd98f00b204e9800998ecf8427e
"""
CHECKS = {
    "named-checkzone (rpz)": ("rpz", "named-checkzone", ["rpz.comity", "FILE"]),
    "unbound-checkconf (unbound)": ("unbound", "unbound-checkconf", ["FILE"]),
    "nft (nftables)": ("nftables", "nft", ["-c", "-f", "FILE"]),
    "suricata (suricata)": ("suricata", "suricata", ["-T", "-S", "FILE", "-l", "DIR"]),
}


def main():
    passed = failed = 0
    with Node() as node:
        node.share("iocs.txt", LIST, "--tlp", "clear", "--skip")
        for what, (form, program, arguments) in CHECKS.items():
            path = shutil.which(program) or shutil.which(program, path="/usr/sbin:/sbin")
            if path is None:
                print(f"skip  {what}: not installed")
                continue
            out = node.folder / form
            node.comity("intel", "export", "--format", form, "--out", str(out))
            words = [a.replace("FILE", str(out)).replace("DIR", str(node.folder)) for a in arguments]
            run = subprocess.run([path, *words], capture_output=True, text=True, check=False)
            said = (run.stdout + run.stderr).strip()
            if program == "nft" and "Operation not permitted" in said:
                print(f"skip  {what}: needs a right that we have not")
                continue
            good = run.returncode == 0
            passed, failed = passed + good, failed + (not good)
            print(f"{'ok   ' if good else 'FAIL '} {what}{'' if good else ': ' + said[:500]}")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
