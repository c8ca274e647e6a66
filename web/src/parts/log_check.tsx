// The check of the log as a whole, on the overview and among what this browser remembers.
import { useEffect, useState } from "preact/hooks";
import { nodeSource } from "../api/source";
import { useSpeech } from "../i18n";
import { memory } from "../memory";
import { verifyLog } from "../verify/log";
import type { Verdict } from "../verify/steps";
import { VerdictView } from "./verdict";

export function LogCheck({ automatic = false, done }: { automatic?: boolean; done?: () => void }) {
  const { t } = useSpeech();
  const [verdict, setVerdict] = useState<Verdict>();
  const check = async () => {
    await verifyLog(nodeSource, memory, setVerdict);
    done?.();
  };
  useEffect(() => {
    if (automatic) void check();
  }, []);
  return (
    <div class="verification">
      {verdict && <VerdictView verdict={verdict} passed="log-passed-long" unfolded={!automatic} />}
      <button type="button" onClick={() => void check()} disabled={verdict?.state === "running"}>
        {t(verdict ? "check-again" : "check-now")}
      </button>
    </div>
  );
}
