#include "governance/consultation/discussion.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <map>
#include <set>

#include "governance/consultation/diff.h"
#include "governance/forms.h"
#include "governance/voting/store.h"

namespace comity::governance {
namespace {

Result<void> load_said(db::Session& session, Acts& acts, std::span<const ProposalVersion> versions) {
    for (const ProposalVersion& version : versions) {
        for (const std::string_view type : kConsultationTypes) {
            Result<void> added;
            COMITY_CHECK(session.each(
                "SELECT s.envelope, s.witnessed FROM governance_acts a JOIN statements s ON s.seq = a.seq "
                "WHERE a.belongs_to = $1 AND a.type = $2 ORDER BY a.seq",
                {version.id, type}, [&](const db::Row& row) {
                    added = acts.add(row.text(0), row.integer(1));
                    return added.has_value();
                }));
            COMITY_CHECK(added);
        }
    }
    return {};
}

struct Comment {
    const Act* act = nullptr;
    CommentBody body;
};

const ProposalText* text_in(const ProposalBody& body, std::string_view language) {
    const auto at = std::ranges::find(body.texts, language, &ProposalText::language);
    return at == body.texts.end() ? nullptr : &*at;
}

bool holds_passage(const ProposalBody& body, const CommentBody& comment) {
    const ProposalText* text = text_in(body, comment.language);
    return text != nullptr && text->text.find(comment.quote) != std::string::npos;
}

json::Object comment_form(const Comment& comment, int depth, const ProposalBody& newest) {
    json::Object form = comment_json(comment.body);
    form["id"] = comment.act->statement->id.hex();
    form["author"] = comment.act->statement->author;
    form["said"] = second_text(comment.act->witnessed);
    form["depth"] = depth;
    if (!comment.body.quote.empty()) form["stands"] = holds_passage(newest, comment.body);
    return form;
}

json::Array threads_of(const std::vector<Comment>& comments, const ProposalBody& newest) {
    std::map<Digest, std::vector<const Comment*>> replies;
    std::vector<const Comment*> first;
    std::set<Digest> known;
    for (const Comment& comment : comments) known.insert(comment.act->statement->id);
    for (const Comment& comment : comments) {
        const auto& to = comment.body.reply_to;
        if (to && known.contains(*to))
            replies[*to].push_back(&comment);
        else
            first.push_back(&comment);  // what it answers is not here: it stands for itself
    }
    json::Array list;
    // A comment names the digest of what it answers, so there is no circle.
    std::vector<std::pair<const Comment*, int>> next;
    for (auto it = first.rbegin(); it != first.rend(); ++it) next.emplace_back(*it, 0);
    while (!next.empty()) {
        const auto [comment, depth] = next.back();
        next.pop_back();
        list.push_back(comment_form(*comment, depth, newest));
        const auto answers = replies.find(comment->act->statement->id);
        if (answers == replies.end()) continue;
        for (auto it = answers->second.rbegin(); it != answers->second.rend(); ++it)
            next.emplace_back(*it, depth + 1);
    }
    return list;
}

json::Array endorsements_of(std::span<const Act> acts) {
    std::map<std::string, const Act*> last;
    for (const Act& act : acts) {
        if (act.statement->type != kEndorsement) continue;
        const Act*& known = last[act.statement->author];
        if (known == nullptr || order_of(*known) < order_of(act)) known = &act;
    }
    json::Array list;
    for (const auto& [member, act] : last) {
        const auto body = parse_endorsement(act->statement->body);
        if (!body || !body->holds) continue;
        list.push_back(json::Object{
            {"member", member}, {"version", body->version.hex()}, {"since", second_text(act->witnessed)}});
    }
    return list;
}

Result<const ProposalVersion*> version_named(const std::vector<ProposalVersion>& versions,
                                             std::string_view id, std::string_view option) {
    for (const ProposalVersion& version : versions) {
        if (version.id.hex().starts_with(id)) return &version;
    }
    return not_found(fmt::format("{}: the proposal has no version {}", option, id),
                     "comity proposal show --json lists them");
}

}  // namespace

json::Array changes_json(std::string_view before, std::string_view after) {
    json::Array list;
    for (const TextChange& change : text_changes(before, after)) {
        const std::string_view kind = change.kind == TextChange::Kind::kSame      ? "same"
                                      : change.kind == TextChange::Kind::kRemoved ? "removed"
                                                                                  : "added";
        list.push_back(json::Object{{"change", kind}, {"text", change.text}});
    }
    return list;
}

Result<json::Object> discussion_answer(db::Session& session, std::string_view id) {
    COMITY_TRY(const Acts known, load_acts(session));
    COMITY_TRY(const std::vector<ProposalVersion> versions, versions_of(known.all(), id));
    Acts said;
    COMITY_CHECK(load_said(session, said, versions));
    std::vector<Comment> comments;
    for (const Act& act : said.all()) {
        if (act.statement->type != kComment) continue;
        if (auto body = parse_comment(act.statement->body)) comments.push_back({&act, std::move(*body)});
    }
    std::ranges::sort(comments, {}, [](const Comment& comment) { return order_of(*comment.act); });
    return json::Object{{"proposal", versions.front().id.hex()},
                        {"endorsements", endorsements_of(said.all())},
                        {"comments", threads_of(comments, versions.back().body)}};
}

Result<json::Object> diff_answer(db::Session& session, std::string_view id, std::string_view from,
                                 std::string_view to, std::string_view language) {
    COMITY_TRY(const Acts known, load_acts(session));
    COMITY_TRY(const std::vector<ProposalVersion> versions, versions_of(known.all(), id));
    const ProposalVersion* after = &versions.back();
    if (!to.empty()) {
        COMITY_TRY(after, version_named(versions, to, "to"));
    }
    const ProposalVersion* before = nullptr;
    if (!from.empty()) {
        COMITY_TRY(before, version_named(versions, from, "from"));
    } else {
        for (const ProposalVersion& version : versions) {
            if (after->body.previous == version.id) before = &version;
        }
        if (before == nullptr)
            return not_found("there is no version before it", "the proposal has not been revised");
    }
    const ProposalText* old_text = text_in(before->body, language);
    const ProposalText* new_text = text_in(after->body, language);
    if (old_text == nullptr || new_text == nullptr) {
        return invalid("language",
                       fmt::format("the version {} has no text in \"{}\"",
                                   (old_text == nullptr ? before : after)->id.hex().substr(0, 12), language));
    }
    return json::Object{{"proposal", versions.front().id.hex()},
                        {"from", before->id.hex()},
                        {"to", after->id.hex()},
                        {"language", language},
                        {"title", changes_json(old_text->title, new_text->title)},
                        {"text", changes_json(old_text->text, new_text->text)}};
}

}  // namespace comity::governance
