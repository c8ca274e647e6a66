// A room that comes as a file of its own, when somebody enters it.
import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { Heading, Loading, ProblemBox } from "./bits";
import { useSpeech } from "../i18n";

export function lazy<P extends object>(load: () => Promise<ComponentType<P>>): ComponentType<P> {
  let loaded: ComponentType<P> | undefined;
  return function Lazy(props: P) {
    const { t } = useSpeech();
    const [error, setError] = useState<unknown>();
    const [, setTurn] = useState(0);
    const fetchIt = () => {
      setError(undefined);
      load().then((component) => {
        loaded = component;
        setTurn((n) => n + 1);
      }, setError);
    };
    const Loaded = loaded;
    useEffect(() => {
      if (!Loaded) fetchIt(); // what came for another since it was drawn comes again, at once
    }, []);
    if (Loaded) {
      return <Loaded {...props} />;
    }
    if (error === undefined) return <Loading />;
    return (
      <>
        <Heading title={t("problem")}>{t("problem")}</Heading>
        <ProblemBox error={error} again={fetchIt} />
      </>
    );
  };
}
