"""What an interop script has checked, a line each: ./run interop counts its last line, "N passed, M failed"."""


class Report:
    passed = failed = 0

    def check(self, what, good, why=""):
        if good:
            self.passed += 1
        else:
            self.failed += 1
        print(f"{'ok   ' if good else 'FAIL '} {what}{'' if good else f': {why}'}", flush=True)
