import { useEffect, useMemo, useState } from "preact/hooks";
import { firstLanguage, keepLanguage, kLanguages, type Language, speak, type Speech, SpeechContext, useSpeech } from "./i18n";
import { Heading } from "./parts/bits";
import { lazy } from "./parts/lazy";
import { Collections } from "./rooms/collections";
import { Explorer } from "./rooms/explorer";
import { Import } from "./rooms/import";
import { LogIn } from "./rooms/login";
import { Member } from "./rooms/member";
import { Members } from "./rooms/members";
import { ObjectRoom } from "./rooms/object";
import { Overview } from "./rooms/overview";
import { Search } from "./rooms/search";
import { Statement } from "./rooms/statement";
import { Trust } from "./rooms/trust";
import { address, type Place, usePlace } from "./router";
import { currentSession, logIn, logOut, type Session, SessionContext, useSession } from "./session";

const Proposals = lazy(async () => (await import("./rooms/proposals")).Proposals);
const Proposal = lazy(async () => (await import("./rooms/proposal")).Proposal);
const Vote = lazy(async () => (await import("./rooms/vote")).Vote);
const Elections = lazy(async () => (await import("./rooms/elections")).Elections);
const Election = lazy(async () => (await import("./rooms/elections")).Election);
const Consultations = lazy(async () => (await import("./rooms/consultations")).Consultations);
const ConsultationRoom = lazy(async () => (await import("./rooms/consultations")).ConsultationRoom);
const Moderation = lazy(async () => (await import("./rooms/consultations")).Moderation);
const Bodies = lazy(async () => (await import("./rooms/bodies")).Bodies);
const CharterRoom = lazy(async () => (await import("./rooms/charter")).CharterRoom);
const BodyRoom = lazy(async () => (await import("./rooms/bodies")).BodyRoom);
const Rules = lazy(async () => (await import("./rooms/rules")).Rules);
const Rule = lazy(async () => (await import("./rooms/rule")).Rule);
const Alerts = lazy(async () => (await import("./rooms/alerts")).Alerts);
const AlertRoom = lazy(async () => (await import("./rooms/alert")).AlertRoom);
const AlertRules = lazy(async () => (await import("./rooms/alert_rules")).AlertRules);
const Divide = lazy(async () => (await import("./rooms/divide")).Divide);
const Nodes = lazy(async () => (await import("./rooms/nodes")).Nodes);
const Market = lazy(async () => (await import("./rooms/market")).Market);
const Tender = lazy(async () => (await import("./rooms/tender")).Tender);
const Call = lazy(async () => (await import("./rooms/tender")).Call);
const ConformityRoom = lazy(async () => (await import("./rooms/conformity")).ConformityRoom);
const Network = lazy(async () => (await import("./rooms/network")).Network);
const Clearing = lazy(async () => (await import("./rooms/clearing")).Clearing);
const Country = lazy(async () => (await import("./rooms/country")).Country);

function Room({ place }: { place: Place }) {
  const { t } = useSpeech();
  const session = useSession();
  // Who asks decides what there is to see: rooms begin anew when that changes.
  const who = session.account ?? "";
  switch (place.room) {
    case "":
      return <Overview key={who} />;
    case "members":
      return place.id ? <Member key={place.id} id={place.id} /> : <Members key={who} place={place} />;
    case "proposals":
      return place.id ? <Proposal key={place.id} id={place.id} /> : <Proposals />;
    case "votes":
      return <Vote key={place.id} id={place.id} />;
    case "elections":
      return place.id ? <Election key={place.id} id={place.id} /> : <Elections />;
    case "consultations":
      return place.id ? <ConsultationRoom key={place.id} id={place.id} /> : <Consultations />;
    case "moderation":
      return <Moderation />;
    case "bodies":
      return place.id ? <BodyRoom key={place.id} id={place.id} place={place} /> : <Bodies place={place} />;
    case "charter":
      return <CharterRoom place={place} />;
    case "rules":
      return place.id ? <Rule key={place.id} id={place.id} place={place} /> : <Rules place={place} />;
    case "divide":
      return place.id ? <Country key={`${who} ${place.id}`} code={place.id} place={place} /> : <Divide key={who} place={place} />;
    case "conformity":
      return <ConformityRoom place={place} />;
    case "network":
      return <Network key={who} />;
    case "clearing":
      return <Clearing key={who} />;
    case "market":
      return place.id ? <Tender key={`${who} ${place.id}`} id={place.id} /> : <Market key={who} />;
    case "calls":
      return <Call key={`${who} ${place.id}`} id={place.id} />;
    case "alerts":
      return place.id ? <AlertRoom key={`${who} ${place.id}`} id={place.id} /> : <Alerts key={who} place={place} />;
    case "alert-rules":
      return <AlertRules key={who} />;
    case "search":
      return <Search key={who} place={place} />;
    case "collections":
      return <Collections key={who} />;
    case "import":
      return <Import key={who} />;
    case "objects":
      return <ObjectRoom key={`${who} ${place.id}`} id={place.id} />;
    case "log":
      return <Explorer key={who} place={place} />;
    case "statements":
      return <Statement key={`${who} ${place.id}`} id={place.id} />;
    case "nodes":
      return <Nodes key={who} />;
    case "trust":
      return <Trust />;
    case "login":
      return <LogIn />;
  }
  return (
    <>
      <Heading title={t("unknown-room")}>{t("unknown-room")}</Heading>
      <p>
        <a href={address("")}>{t("back-to-overview")}</a>
      </p>
    </>
  );
}

const kRooms = [
  ["", "room-overview"],
  ["members", "room-members"],
  ["proposals", "room-proposals"],
  ["bodies", "room-bodies"],
  ["rules", "room-rules"],
  ["divide", "room-divide"],
  ["clearing", "room-clearing"],
  ["market", "room-market"],
  ["alerts", "room-alerts"],
  ["search", "room-search"],
  ["collections", "room-collections"],
  ["import", "room-import"],
  ["log", "room-log"],
  ["nodes", "room-nodes"],
  ["trust", "room-trust"],
] as const;

// Rooms that are entered from another.
const kWithin: Record<string, string> = {
  statements: "log", objects: "search", votes: "proposals", elections: "proposals", consultations: "proposals", moderation: "proposals", calls: "market", conformity: "rules", network: "divide", "alert-rules": "alerts",
};

function Logo() {
  return (
    <svg class="logo" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <path class="logo-lines" d="M16 9v4M9.5 19v-3.4A2.6 2.6 0 0 1 12.1 13h7.8a2.6 2.6 0 0 1 2.6 2.6V19" />
      <circle class="logo-root" cx="16" cy="7" r="3.4" />
      <circle class="logo-leaf" cx="9.5" cy="22" r="3.4" />
      <circle class="logo-proven" cx="22.5" cy="22" r="3.4" />
    </svg>
  );
}

function Bar({ place, choose }: { place: Place; choose: (language: Language) => void }) {
  const { t, language } = useSpeech();
  const session = useSession();
  const inRoom = kWithin[place.room] ?? place.room;
  return (
    <header class="top">
      <a class="brand" href={address("")}>
        <Logo />
        <span>{t("title")}</span>
      </a>
      <nav aria-label={t("rooms")}>
        {kRooms.map(([room, word]) => (
          <a key={room} href={address(room)} aria-current={room === inRoom ? "page" : undefined}>
            {t(word)}
          </a>
        ))}
      </nav>
      <div class="top-end">
        <label class="language">
          <span class="hidden">{t("language")}</span>
          <select value={language} onChange={(event) => choose(event.currentTarget.value as Language)}>
            {Object.entries(kLanguages).map(([tag, { name }]) => (
              <option key={tag} value={tag} lang={tag}>
                {name}
              </option>
            ))}
          </select>
        </label>
        {session.account ? (
          <>
            <span class="who" title={t("logged-in-as", { account: session.account })}>
              <bdi dir="ltr">{session.account}</bdi>
            </span>
            <button type="button" onClick={() => void session.logOut()}>
              {t("log-out")}
            </button>
          </>
        ) : (
          <a class="button" href={address("login")} aria-current={place.room === "login" ? "page" : undefined}>
            {t("log-in")}
          </a>
        )}
      </div>
    </header>
  );
}

export function App({ first }: { first: Speech }) {
  const [speech, setSpeech] = useState(first);
  const [account, setAccount] = useState<string | null>(null);
  const place = usePlace();

  useEffect(() => {
    document.documentElement.lang = speech.language;
    document.documentElement.dir = speech.direction;
  }, [speech]);
  useEffect(() => {
    currentSession().then(setAccount, () => setAccount(null)); // the rooms say what is wrong with the node
  }, []);

  const session = useMemo<Session>(
    () => ({
      account,
      logIn: async (name, password) => setAccount(await logIn(name, password)),
      logOut: async () => {
        await logOut();
        setAccount(null);
      },
    }),
    [account],
  );
  const choose = (language: Language) => {
    keepLanguage(language);
    void speak(language).then(setSpeech);
  };
  const skip = (event: MouseEvent) => {
    event.preventDefault(); // the fragment is the room's
    document.getElementById("content")?.focus();
  };

  return (
    <SpeechContext.Provider value={speech}>
      <SessionContext.Provider value={session}>
        <a class="skip" href="#content" onClick={skip}>
          {speech.t("skip")}
        </a>
        <Bar place={place} choose={choose} />
        <main id="content" tabIndex={-1}>
          <Room place={place} />
        </main>
      </SessionContext.Provider>
    </SpeechContext.Provider>
  );
}

export async function firstSpeech(): Promise<Speech> {
  return speak(firstLanguage());
}
