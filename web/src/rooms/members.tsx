import { kClasses, type Member, type StakeholderClass } from "../api/types";
import { useSpeech } from "../i18n";
import { usePages } from "../load";
import { Code, Heading, Moment, PagesEnd } from "../parts/bits";
import { address, type Place } from "../router";

function MemberRow({ member }: { member: Member }) {
  const { t, number } = useSpeech();
  return (
    <li>
      <a class="row" href={address("members", member.id)}>
        <span class="row-main">
          <strong dir="auto">{member.name}</strong>
          <Code>{member.id}</Code>
        </span>
        <span class="row-side">
          <span>
            {t("admitted")} <Moment at={member.admitted} day />
          </span>
          {member.left && (
            <span>
              {t("left")} <Moment at={member.left} day />
            </span>
          )}
          <span class="row-index">
            {t("keys")} {number(member.keys.length)}
          </span>
        </span>
      </a>
    </li>
  );
}

export function Members({ place }: { place: Place }) {
  const { t } = useSpeech();
  const chosen = place.query.get("class") ?? "";
  const pages = usePages<Member>("/api/v1/members", { class: chosen, limit: 200 });
  const classes: ("" | StakeholderClass)[] = ["", ...kClasses];
  const word = (name: "" | StakeholderClass) => t(name ? `class-${name}` : "class-all");
  return (
    <>
      <Heading title={t("room-members")}>{t("room-members")}</Heading>
      <p class="lead">{t("members-are")}</p>
      <nav class="choices" aria-label={t("class")}>
        {classes.map((name) => (
          <a key={name} href={address("members", "", { class: name })} aria-current={name === chosen ? "true" : undefined}>
            {word(name)}
          </a>
        ))}
      </nav>
      {pages.items?.length === 0 && pages.error === undefined && <p class="quiet">{t("nothing")}</p>}
      {kClasses.map((name) => {
        const members = (pages.items ?? []).filter((member) => member.class === name);
        if (members.length === 0) return null;
        return (
          <section key={name} class="card" aria-labelledby={`class-${name}`}>
            <h2 id={`class-${name}`}>
              <span class={`dot dot-${name}`} aria-hidden="true" /> {t(`class-${name}`)}
            </h2>
            <ul class="rows">
              {members.map((member) => (
                <MemberRow key={member.id} member={member} />
              ))}
            </ul>
          </section>
        );
      })}
      <PagesEnd pages={pages} />
    </>
  );
}
