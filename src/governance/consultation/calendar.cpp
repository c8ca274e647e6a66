#include <fmt/format.h>

#include "governance/consultation/discussion.h"
#include "governance/consultation/rounds.h"
#include "governance/rules/rule_store.h"
#include "governance/voting/store.h"

namespace comity::governance {
namespace {

using ledger::Witnessed;

constexpr std::size_t kLine = 75;  // bytes (RFC 5545, section 3.1)

// "20261129T130000Z"
std::string time_text(Witnessed at) {
    std::string text = format_time_millis(Time::from_seconds(at)).substr(0, 19);
    std::erase_if(text, [](char c) { return c == '-' || c == ':'; });
    return text + "Z";
}

// TEXT of RFC 5545, section 3.3.11; control characters are left out.
std::string escaped_for_calendar(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == '\n') {
            out += "\\n";
        } else if (c == '\\' || c == ';' || c == ',') {
            out += '\\';
            out += c;
        } else if (static_cast<unsigned char>(c) >= 0x20) {
            out += c;
        }
    }
    return out;
}

// Folded where it is longer than a line may be, never within a character.
void add_line(std::string& out, std::string_view line) {
    for (std::size_t room = kLine; line.size() > room; room = kLine - 1) {
        std::size_t end = room;
        while ((static_cast<unsigned char>(line[end]) & 0xc0) == 0x80) --end;
        out.append(line.substr(0, end)).append("\r\n ");
        line.remove_prefix(end);
    }
    out.append(line).append("\r\n");
}

void add_event(std::string& out, const std::string& uid, Witnessed stamp, Witnessed at,
               const std::string& summary, const std::string& description, std::string_view category,
               bool reminds = false) {
    add_line(out, "BEGIN:VEVENT");
    add_line(out, "UID:" + escaped_for_calendar(uid));
    add_line(out, "DTSTAMP:" + time_text(stamp));
    add_line(out, "DTSTART:" + time_text(at));
    add_line(out, "SUMMARY:" + escaped_for_calendar(summary));
    add_line(out, "DESCRIPTION:" + escaped_for_calendar(description));
    add_line(out, fmt::format("CATEGORIES:{}", category));
    // A day and an hour before (RFC 5545, section 3.6.6).
    for (const char* before : {"-P1D", "-PT1H"}) {
        if (!reminds) break;
        add_line(out, "BEGIN:VALARM");
        add_line(out, "ACTION:DISPLAY");
        add_line(out, "DESCRIPTION:" + escaped_for_calendar(summary));
        add_line(out, fmt::format("TRIGGER:{}", before));
        add_line(out, "END:VALARM");
    }
    add_line(out, "END:VEVENT");
}

}  // namespace

Result<std::string> calendar_answer(db::Session& session, ledger::QuorumTime& quorum, Witnessed now,
                                    std::string_view host, std::string_view language) {
    COMITY_TRY(const Acts acts, load_acts(session));
    COMITY_TRY(const KnownRules rules, load_rules(session, quorum, now));
    std::string out;
    add_line(out, "BEGIN:VCALENDAR");
    add_line(out, "VERSION:2.0");
    add_line(out, "PRODID:-//Comity//Governance//EN");
    add_line(out, "X-WR-CALNAME:" + escaped_for_calendar(roll_of(acts.all()).name));
    for (const ProposalVote& vote : votes_of(acts.all())) {
        const std::string title = vote.text.shown(language).title;
        const std::string id = vote.opening.hex();
        add_event(
            out, fmt::format("close-{}@{}", id, host), vote.opened, vote.body.closes.seconds(),
            (vote.amendment ? "Vote on an amendment closes: " : "Vote closes: ") + title,
            fmt::format("By {}. comity vote {} yes|no|abstain", vote.body.procedure.id, id.substr(0, 12)),
            "VOTE", true);
    }
    COMITY_TRY(const Rounds rounds, load_rounds(session));
    for (const ConsultationRound& round : rounds.rounds) {
        const std::string title = round.text.shown(language).title;
        const std::string id = round.id.hex();
        const std::string how = "comity consultation show " + id.substr(0, 12);
        add_event(out, fmt::format("opens-{}@{}", id, host), round.announced, round.opens(),
                  "Consultation opens: " + title, how, "CONSULTATION");
        add_event(out, fmt::format("closes-{}@{}", id, host), round.announced, round.closes(),
                  "Consultation closes: " + title, how, "CONSULTATION", true);
    }
    for (const RuleVersion& rule : rules.book.versions) {
        const std::string name =
            fmt::format("{} (version {}): {}", rule.number, rule.version, rule.text.shown(language).title);
        const std::string id = rule.opening.hex();
        add_event(out, fmt::format("force-{}@{}", id, host), rule.adopted, rule.from, "In force: " + name,
                  "comity rule show " + rule.number, "RULE");
        if (rule.until != ledger::kNever) {
            add_event(out, fmt::format("end-{}@{}", id, host), rule.adopted, rule.until, "Ends: " + name,
                      rule.ended, "RULE");
        }
    }
    add_line(out, "END:VCALENDAR");
    return out;
}

}  // namespace comity::governance
