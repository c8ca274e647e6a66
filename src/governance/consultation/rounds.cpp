#include "governance/consultation/rounds.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <map>
#include <tuple>

#include "governance/forms.h"
#include "governance/voting/record.h"
#include "governance/voting/store.h"

namespace comity::governance {
namespace {

using ledger::Witnessed;

constexpr std::size_t kMinRoundPrefix = 8;

bool listed_in(const std::vector<std::string>& members, std::string_view member) {
    return std::ranges::find(members, member) != members.end();
}

class RoundsRecord {
  public:
    RoundsRecord(const Record& record, Rounds& into) : record_(record), into_(into) {}

    void read() {
        take_rounds();
        take_member_comments();
        take_public_comments();
        for (ConsultationRound& round : into_.rounds) {
            std::ranges::sort(round.comments, {}, [this](const RoundComment& one) { return order_[one.id]; });
            std::ranges::sort(round.outside);
        }
        take_summaries();
        take_moderation();
        settle_shown();
    }

  private:
    template <typename Take>
    void each(std::string_view type, Take take) const {
        std::vector<Act> acts;
        for (const Copies* one : record_.all(type)) {
            if (const auto act = record_.counting(*one)) acts.push_back(*act);
        }
        std::ranges::sort(acts, {}, [](const Act& act) { return order_of(act); });
        for (const Act& act : acts) take(act);
    }

    // By the author of the text or one who may revise it.
    void take_rounds() {
        each(kConsultation, [&](const Act& act) {
            auto body = parse_consultation(act.statement->body);
            const auto text = body ? record_.counting(body->version) : std::nullopt;
            if (!text || text->statement->type != kProposal) return;
            auto proposal = parse_proposal(text->statement->body);
            const std::string& author = act.statement->author;
            if (!proposal || (text->statement->author != author && !proposal->may_revise(author))) return;
            ConsultationRound& round = into_.rounds.emplace_back();
            round.id = act.statement->id;
            round.author = author;
            round.announced = act.witnessed;
            round.body = std::move(*body);
            round.text = std::move(*proposal);
        });
        std::ranges::reverse(into_.rounds);
        for (std::size_t i = 0; i < into_.rounds.size(); ++i) by_id_[into_.rounds[i].id] = i;
    }

    void add(ConsultationRound& round, const Act& act, RoundComment comment) {
        comment.id = act.statement->id;
        comment.author = act.statement->author;
        comment.at = act.witnessed;
        if (act.witnessed < round.opens() || act.witnessed > round.closes()) {
            round.outside.push_back(comment.id);
            return;
        }
        order_.emplace(comment.id, std::tuple(act.witnessed, act.statement->issued, act.statement->id));
        round.comments.push_back(std::move(comment));
    }

    // What members say of the version while a round on it is open is said in it.
    void take_member_comments() {
        each(kComment, [&](const Act& act) {
            const auto body = parse_comment(act.statement->body);
            if (!body) return;
            for (ConsultationRound& round : into_.rounds) {
                if (round.body.version != body->version || act.witnessed < round.opens() ||
                    act.witnessed > round.closes()) {
                    continue;
                }
                RoundComment comment;
                comment.text = body->text;
                comment.language = body->language;
                comment.quote = body->quote;
                comment.position = body->position;
                comment.reply_to = body->reply_to;
                add(round, act, std::move(comment));
            }
        });
    }

    void take_public_comments() {
        each(kPublicComment, [&](const Act& act) {
            const auto body = parse_public_comment(act.statement->body);
            const auto at = body ? by_id_.find(body->consultation) : by_id_.end();
            if (at == by_id_.end() || !into_.rounds[at->second].body.to_public) return;
            RoundComment comment;
            comment.name = body->name;
            comment.text = body->text;
            comment.language = body->language;
            comment.quote = body->quote;
            comment.position = body->position;
            comment.reply_to = body->reply_to;
            add(into_.rounds[at->second], act, std::move(comment));
        });
    }

    void take_summaries() {
        each(kSummary, [&](const Act& act) {
            auto body = parse_summary(act.statement->body);
            const auto at = body ? by_id_.find(body->consultation) : by_id_.end();
            if (at == by_id_.end()) return;
            ConsultationRound& round = into_.rounds[at->second];
            const std::string& author = act.statement->author;
            if (act.witnessed <= round.closes() || (author != round.author && !round.text.may_revise(author)))
                return;
            round.summary = std::move(*body);
            round.summary_id = act.statement->id;
            round.summarised = act.witnessed;
        });
    }

    void take_moderation() {
        std::map<Digest, std::pair<ConsultationRound*, RoundComment*>> comments;
        for (ConsultationRound& round : into_.rounds) {
            for (RoundComment& comment : round.comments) {
                if (comment.name) comments[comment.id] = {&round, &comment};
            }
        }
        each(kModeration, [&](const Act& act) {
            auto body = parse_moderation(act.statement->body);
            if (!body) return;
            ModerationAct one{act.statement->id,     act.statement->author, act.witnessed,
                              act.statement->issued, std::move(*body),      {}};
            if (one.body.comment) {
                const auto at = comments.find(*one.body.comment);
                if (at == comments.end()) {
                    one.objection = "there is no public comment of that id in a round, or no more";
                } else if (!at->second.first->moderates(one.author, *at->second.second)) {
                    one.objection = "its author does not moderate the round";
                } else {
                    at->second.second->moderated = one;
                }
            }
            into_.acts.push_back(std::move(one));
        });
        std::ranges::reverse(into_.acts);
    }

    void settle_shown() {
        for (ConsultationRound& round : into_.rounds) {
            for (RoundComment& comment : round.comments) {
                if (!comment.name) continue;
                comment.shown = comment.moderated ? comment.moderated->body.act == ModerationBody::Act::kShow
                                                  : !round.body.let_in_first;
            }
        }
    }

    const Record& record_;
    Rounds& into_;
    std::map<Digest, std::size_t> by_id_;
    std::map<Digest, std::tuple<Witnessed, Time, Digest>> order_;
};

json::Object act_form(const ModerationAct& act) {
    json::Object form = moderation_json(act.body);
    form["id"] = act.id.hex();
    form["by"] = act.author;
    form["at"] = second_text(act.at);
    if (!act.objection.empty()) form["void"] = act.objection;
    return form;
}

struct Moderated {
    std::tuple<Witnessed, Time, Digest> when;
    json::Object form;
};

// What members have taken back in public (federation.erasure), as the ledger has it.
Result<void> add_erasures(db::Session& session, std::vector<Moderated>& into) {
    Result<void> read;
    COMITY_CHECK(session.each(
        "SELECT s.envelope, s.witnessed FROM ledger_erased e JOIN statements s ON s.id = "
        "e.eraser WHERE e.done = 1 "
        "AND s.effective = 1",
        {}, [&](const db::Row& row) {
            const auto act = read_act(row.text(0));
            if (!act) {
                read = std::unexpected(act.error());
                return false;
            }
            const ledger::Statement& statement = (*act)->statement;
            const json::Object* body = statement.body.if_object();
            if (statement.audience.label != ledger::Tlp::kClear || body == nullptr) return true;
            json::Object form{{"act", "erase"},
                              {"id", statement.id.hex()},
                              {"by", statement.author},
                              {"at", second_text(row.integer(1))},
                              {"statement", body->at("statement")},
                              {"reason", ""}};
            if (const json::Value* reason = body->if_contains("reason")) form["reason"] = *reason;
            into.push_back({std::tuple(row.integer(1), statement.issued, statement.id), std::move(form)});
            return true;
        }));
    return read;
}

json::Object round_summary(const ConsultationRound& round, const RoundQuery& query) {
    json::Object form = consultation_json(round.body);
    form["id"] = round.id.hex();
    form["title"] = round.text.shown(query.language).title;
    form["author"] = round.author;
    form["announced"] = second_text(round.announced);
    form["state"] = round.state(query.now);
    const auto shown = std::ranges::count_if(round.comments, &RoundComment::shown);
    form["shown"] = shown;
    form["hidden"] = static_cast<std::int64_t>(round.comments.size()) - shown;
    if (!form.contains("moderation")) form["moderation"] = "after";
    return form;
}

// Of one that is hidden: that it is there, and who hid it and why.
json::Object round_comment_form(const RoundComment& comment) {
    json::Object form{{"id", comment.id.hex()},
                      {"public", comment.name.has_value()},
                      {"author", comment.author},
                      {"said", second_text(comment.at)},
                      {"shown", comment.shown}};
    if (comment.moderated) form["moderated"] = act_form(*comment.moderated);
    if (!comment.shown) return form;
    if (comment.name) form["name"] = *comment.name;
    form["text"] = comment.text;
    if (!comment.language.empty()) form["language"] = comment.language;
    if (!comment.quote.empty()) form["quote"] = comment.quote;
    if (comment.reply_to) form["reply_to"] = comment.reply_to->hex();
    if (!comment.position.empty()) form["position"] = comment.position;
    return form;
}

Result<const ConsultationRound*> find_round(const Rounds& rounds, std::string_view id) {
    if (id.size() < kMinRoundPrefix) return invalid("CONSULTATION", "give 8 digits of its id or more");
    const ConsultationRound* found = nullptr;
    for (const ConsultationRound& round : rounds.rounds) {
        if (!round.id.hex().starts_with(id)) continue;
        if (found != nullptr)
            return conflict(std::string(id), "is the beginning of several ids", "give more digits");
        found = &round;
    }
    if (found == nullptr) {
        return not_found(fmt::format("there is no consultation {}", id),
                         "comity consultation list shows them");
    }
    return found;
}

}  // namespace

Witnessed ConsultationRound::opens() const {
    return std::max(body.opens.seconds(), announced);
}

std::string_view ConsultationRound::state(Witnessed now) const {
    if (now < opens()) return "to-come";
    if (now <= closes()) return "open";
    return summary ? "answered" : "closed";
}

bool ConsultationRound::moderates(std::string_view member, const RoundComment& comment) const {
    return member == author || member == comment.author || listed_in(body.moderators, member);
}

Rounds rounds_in(std::span<const Act> acts, const SignatureCheck& check) {
    Rounds rounds;
    const Record record(acts, check);
    if (record.roll().founded()) RoundsRecord(record, rounds).read();
    return rounds;
}

Result<Rounds> load_rounds(db::Session& session) {
    COMITY_TRY(Acts acts, load_acts(session));
    const auto load = [&](std::string_view type) -> Result<void> {
        Result<void> added;
        COMITY_CHECK(session.each(
            "SELECT envelope, witnessed FROM statements WHERE type = $1 AND effective = 1 ORDER BY seq",
            {type}, [&](const db::Row& row) {
                added = acts.add(row.text(0), row.integer(1));
                return added.has_value();
            }));
        return added;
    };
    COMITY_CHECK(load(kComment));
    for (const std::string_view type : kRoundTypes) COMITY_CHECK(load(type));
    return rounds_in(acts.all(), verified_signatures());
}

Result<json::Array> rounds_answer(db::Session& session, const RoundQuery& query) {
    COMITY_TRY(const Rounds rounds, load_rounds(session));
    json::Array list;
    for (const ConsultationRound& round : rounds.rounds) {
        if (!query.open || round.state(query.now) == "open") list.push_back(round_summary(round, query));
    }
    return list;
}

Result<json::Object> round_answer(db::Session& session, std::string_view id, const RoundQuery& query) {
    COMITY_TRY(const Rounds rounds, load_rounds(session));
    COMITY_TRY(const ConsultationRound* round, find_round(rounds, id));
    json::Object form = round_summary(*round, query);
    json::Array comments, outside;
    for (const RoundComment& comment : round->comments) comments.push_back(round_comment_form(comment));
    for (const Digest& one : round->outside) outside.emplace_back(one.hex());
    form["comments"] = std::move(comments);
    if (!outside.empty()) form["outside"] = std::move(outside);
    if (round->summary) {
        json::Object summary = summary_json(*round->summary);
        summary.erase("consultation");
        summary["id"] = round->summary_id.hex();
        summary["said"] = second_text(round->summarised);
        form["summary"] = std::move(summary);
    }
    return form;
}

Result<Digest> open_round(db::Session& session, std::string_view id, Witnessed now) {
    COMITY_TRY(const Rounds rounds, load_rounds(session));
    COMITY_TRY(const ConsultationRound* round, find_round(rounds, id));
    if (!round->body.to_public)
        return refused("consultation", "is open to members alone",
                       "a member comments: comity proposal comment");
    if (const std::string_view state = round->state(now); state != "open") {
        return refused("consultation", state == "to-come" ? "has not opened yet" : "has closed",
                       fmt::format("it is open from {} to {}", second_text(round->opens()),
                                   second_text(round->closes())));
    }
    return round->id;
}

Result<json::Array> moderation_answer(db::Session& session) {
    COMITY_TRY(const Rounds rounds, load_rounds(session));
    std::map<Digest, const ConsultationRound*> round_of;
    for (const ConsultationRound& round : rounds.rounds) {
        for (const RoundComment& comment : round.comments) round_of[comment.id] = &round;
    }
    std::vector<Moderated> acts;
    COMITY_CHECK(add_erasures(session, acts));
    for (const ModerationAct& act : rounds.acts) {
        json::Object form = act_form(act);
        if (act.body.comment) {
            const auto round = round_of.find(*act.body.comment);
            if (round != round_of.end()) form["consultation"] = round->second->id.hex();
        }
        acts.push_back({std::tuple(act.at, act.issued, act.id), std::move(form)});
    }
    std::ranges::sort(acts, std::greater<>(), &Moderated::when);
    json::Array list;
    for (Moderated& act : acts) list.push_back(std::move(act.form));
    return list;
}

}  // namespace comity::governance
