// A member by name, with the colour and the name of its class.
import type { Roster } from "../api/members";
import { useSpeech } from "../i18n";
import { MemberLink } from "./bits";

export function ClassDot({ of }: { of: string }) {
  return <span class={`dot dot-${of}`} aria-hidden="true" />;
}

export function MemberMark({ id, members }: { id: string; members: Roster | undefined }) {
  const { t } = useSpeech();
  const member = members?.get(id);
  const names = member && new Map([[id, member.name]]);
  return (
    <span class="member-mark">
      {member && <ClassDot of={member.class} />}
      <MemberLink id={id} names={names} />
      {member && <span class="quiet"> · {t(`class-${member.class}`)}</span>}
    </span>
  );
}
