// What makes a proposal an act on a body of the community, and who holds a body's seats.
import type { Seat, Version } from "../api/governance";
import type { Roster } from "../api/members";
import { useSpeech } from "../i18n";
import { address } from "../router";
import { Code, Field, Fields, Moment } from "./bits";
import { MemberMark } from "./member_mark";

export function SeatTable({ seats, members }: { seats: readonly Seat[]; members: Roster | undefined }) {
  const { t } = useSpeech();
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label={`${t("seats")}: ${t("organ-holder")}`}>
      <table class="table">
        <thead>
          <tr>
            <th scope="col">{t("seat")}</th>
            <th scope="col">{t("organ-holder")}</th>
            <th scope="col">{t("organ-term")}</th>
          </tr>
        </thead>
        <tbody>
          {seats.map((seat) => (
            <tr key={seat.seat}>
              <th scope="row">
                <Code>{seat.seat}</Code>
              </th>
              <td>
                {seat.member ? <MemberMark id={seat.member} members={members} /> : <span class="quiet">{t("organ-vacant")}</span>}
                {seat.person && <p class="quiet">{t("organ-speaks", { person: seat.person })}</p>}
                {seat.member && seat.held === false && <p class="quiet">{t("organ-not-held")}</p>}
              </td>
              <td>
                {seat.from && <Moment at={seat.from} day />} {(seat.from || seat.until) && "–"} {seat.until && <Moment at={seat.until} day />}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

export function OrganCard({ version, members }: { version: Version; members: Roster | undefined }) {
  const { t } = useSpeech();
  const { body } = version;
  if (!body) return null;
  const standing = body.act !== "found";
  return (
    <section class="card" aria-labelledby="organ">
      <h2 id="organ">{t(`would-be-organ-${body.act}`, { id: body.id })}</h2>
      <Fields>
        {body.kind && <Field word="organ-kind">{t(`organ-kind-${body.kind}`)}</Field>}
        {(body.act === "found" || body.act === "amend") && (
          <Field word="organ-under">{body.parent ? <a href={address("bodies", body.parent)}>{body.parent}</a> : t("organ-community")}</Field>
        )}
        {body.powers && body.powers.length > 0 && <Field word="organ-powers">{body.powers.map((power) => t(`organ-power-${power}`)).join(", ")}</Field>}
        {body.procedure && (
          <Field word="organ-decides-by">
            <Code>{body.procedure.id}</Code>
          </Field>
        )}
        {body.until && (
          <Field word="organ-mandate-until">
            <Moment at={body.until} />
          </Field>
        )}
      </Fields>
      {body.seats && <SeatTable seats={body.seats} members={members} />}
      {standing && (
        <p class="links">
          <a href={address("bodies", body.id)}>
            <Code>{body.id}</Code>
          </a>
        </p>
      )}
    </section>
  );
}
