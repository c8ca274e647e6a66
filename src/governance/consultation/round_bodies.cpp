#include "governance/consultation/round_bodies.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "governance/consultation/remark.h"
#include "governance/forms.h"
#include "governance/rules/rule_part.h"
#include "json/fields.h"

namespace comity::governance {
namespace {

constexpr std::size_t kMaxRoundText = 10'000;
constexpr std::size_t kMaxRoundQuote = 2'000;
constexpr std::size_t kMaxName = 100;
constexpr std::size_t kMaxSummary = 40'000;
constexpr std::size_t kMaxAnswered = 500;
constexpr std::size_t kMaxModerators = 100;
constexpr std::size_t kMaxModerationReason = 2'000;
constexpr std::array<std::string_view, 4> kModerationActs = {"hide", "show", "suspend", "restore"};

Result<Time> round_time(json::Fields& fields, std::string_view name) {
    COMITY_TRY(const std::string text, fields.text(name, 1, 40));
    auto time = parse_time(text);
    if (!time) return within(fields.path(name), time.error());
    return *time;
}

Result<std::string> without_address(json::Fields& fields, std::string_view name, std::size_t max) {
    COMITY_TRY(std::string text, fields.text(name, 1, max));
    if (holds_mail_address(text)) {
        return invalid(fields.path(name), "holds an e-mail address",
                       "leave it out: what stands in the log can be read by everybody, for good");
    }
    return text;
}

bool is_mail_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '%' || c == '+' || c == '-' || (static_cast<unsigned char>(c) & 0x80) != 0;
}

}  // namespace

// Something, "@", a name with a dot in it that something follows.
bool holds_mail_address(std::string_view text) {
    for (std::size_t at = text.find('@'); at != std::string_view::npos; at = text.find('@', at + 1)) {
        if (at == 0 || !is_mail_letter(text[at - 1])) continue;
        std::size_t end = at + 1;
        while (end < text.size() && is_mail_letter(text[end])) ++end;
        std::string_view host = text.substr(at + 1, end - at - 1);
        while (host.ends_with('.')) host.remove_suffix(1);
        const std::size_t dot = host.rfind('.');
        if (dot != std::string_view::npos && dot > 0 && host.size() - dot > 2) return true;
    }
    return false;
}

std::string_view to_string(ModerationBody::Act act) {
    return kModerationActs[static_cast<std::size_t>(act)];
}

Result<ConsultationBody> parse_consultation(const json::Value& body) {
    static constexpr std::array<std::string_view, 2> kWho = {"members", "public"};
    static constexpr std::array<std::string_view, 2> kWhen = {"after", "before"};
    COMITY_TRY(json::Fields fields, json::Fields::of(body, "body"));
    ConsultationBody round;
    COMITY_TRY(round.version, digest_of(fields, "version"));
    COMITY_TRY(const auto question, fields.optional_text("question", 1, kMaxRoundText));
    round.question = question.value_or("");
    COMITY_TRY(const std::string who, word_of(fields, "open_to", kWho));
    round.to_public = who == "public";
    COMITY_TRY(round.opens, round_time(fields, "opens"));
    COMITY_TRY(round.closes, round_time(fields, "closes"));
    if (round.closes <= round.opens)
        return invalid("body.closes", "is not after \"opens\"", "nobody could say anything");
    COMITY_TRY(const std::string when, optional_word_of(fields, "moderation", kWhen));
    round.let_in_first = when == "before";
    COMITY_TRY(round.moderators, fields.optional_texts("moderators", kMaxModerators));
    for (const std::string& member : round.moderators)
        COMITY_CHECK(ledger::check_member_id(member, "body.moderators"));
    COMITY_TRY(const auto code, fields.optional_text("code", 1, 40));
    if (code) {
        COMITY_CHECK(check_rule_number(*code, "body.code"));
        round.code = *code;
    }
    COMITY_CHECK(fields.nothing_else());
    return round;
}

Result<PublicCommentBody> parse_public_comment(const json::Value& body) {
    COMITY_TRY(json::Fields fields, json::Fields::of(body, "body"));
    PublicCommentBody comment;
    COMITY_TRY(comment.consultation, digest_of(fields, "consultation"));
    COMITY_TRY(comment.name, without_address(fields, "name", kMaxName));
    COMITY_TRY(comment.text, without_address(fields, "text", kMaxRoundText));
    COMITY_CHECK(read_remark(fields, comment, kMaxRoundQuote));
    COMITY_CHECK(fields.nothing_else());
    return comment;
}

Result<SummaryBody> parse_summary(const json::Value& body) {
    COMITY_TRY(json::Fields fields, json::Fields::of(body, "body"));
    SummaryBody summary;
    COMITY_TRY(summary.consultation, digest_of(fields, "consultation"));
    COMITY_TRY(summary.text, fields.text("text", 1, kMaxSummary));
    COMITY_TRY(const json::Array* answers, fields.optional_array("answers", 1, kMaxAnswered));
    for (std::size_t i = 0; answers != nullptr && i < answers->size(); ++i) {
        const std::string path = fmt::format("body.answers[{}]", i);
        COMITY_TRY(json::Fields one, json::Fields::of((*answers)[i], path));
        SummaryBody::Answered& answered = summary.answers.emplace_back();
        COMITY_TRY(const auto comments, one.texts("comments", 1, kMaxAnswered));
        for (const std::string& hex : comments) {
            auto id = Digest::from_hex(hex);
            if (!id) return within(path + ".comments", id.error());
            answered.comments.push_back(*id);
        }
        COMITY_TRY(answered.answer, one.text("answer", 1, kMaxRoundText));
        COMITY_CHECK(one.nothing_else());
    }
    COMITY_CHECK(fields.nothing_else());
    return summary;
}

Result<ModerationBody> parse_moderation(const json::Value& body) {
    COMITY_TRY(json::Fields fields, json::Fields::of(body, "body"));
    ModerationBody moderation;
    COMITY_TRY(const std::string act, word_of(fields, "act", kModerationActs));
    moderation.act =
        static_cast<ModerationBody::Act>(std::ranges::find(kModerationActs, act) - kModerationActs.begin());
    if (moderation.act == ModerationBody::Act::kHide || moderation.act == ModerationBody::Act::kShow) {
        COMITY_TRY(moderation.comment, digest_of(fields, "comment"));
    } else {
        COMITY_TRY(moderation.account, fields.text("account", 3, 129));
        const std::size_t at = moderation.account.find('@');
        if (at == std::string::npos)
            return invalid("body.account", "is no account of a member's", "write it as PERSON@MEMBER");
        COMITY_CHECK(ledger::check_member_id(moderation.account.substr(0, at), "body.account"));
        COMITY_CHECK(ledger::check_member_id(moderation.account.substr(at + 1), "body.account"));
    }
    COMITY_TRY(moderation.reason, fields.text("reason", 1, kMaxModerationReason));
    COMITY_TRY(const auto rule, fields.optional_text("rule", 1, 40));
    if (rule) {
        COMITY_CHECK(check_rule_number(*rule, "body.rule"));
        moderation.rule = *rule;
    }
    COMITY_CHECK(fields.nothing_else());
    return moderation;
}

bool is_of_round(std::string_view type) {
    return std::ranges::find(kRoundTypes, type) != std::ranges::end(kRoundTypes);
}

Result<std::optional<Digest>> round_owner(const ledger::Statement& statement) {
    if (statement.type == kConsultation) {
        COMITY_TRY(const ConsultationBody body, parse_consultation(statement.body));
        return std::optional(body.version);
    }
    if (statement.type == kPublicComment) {
        COMITY_TRY(const PublicCommentBody body, parse_public_comment(statement.body));
        return std::optional(body.consultation);
    }
    if (statement.type == kSummary) {
        COMITY_TRY(const SummaryBody body, parse_summary(statement.body));
        return std::optional(body.consultation);
    }
    COMITY_TRY(const ModerationBody body, parse_moderation(statement.body));
    return body.comment;
}

json::Object consultation_json(const ConsultationBody& body) {
    json::Object form{{"version", body.version.hex()},
                      {"open_to", body.to_public ? "public" : "members"},
                      {"opens", format_time_millis(body.opens)},
                      {"closes", format_time_millis(body.closes)}};
    if (!body.question.empty()) form["question"] = body.question;
    if (body.let_in_first) form["moderation"] = "before";
    if (!body.moderators.empty()) form["moderators"] = array_of(body.moderators);
    if (!body.code.empty()) form["code"] = body.code;
    return form;
}

json::Object public_comment_json(const PublicCommentBody& body) {
    json::Object form{{"consultation", body.consultation.hex()}, {"name", body.name}, {"text", body.text}};
    if (!body.language.empty()) form["language"] = body.language;
    if (!body.quote.empty()) form["quote"] = body.quote;
    if (body.reply_to) form["reply_to"] = body.reply_to->hex();
    if (!body.position.empty()) form["position"] = body.position;
    return form;
}

json::Object summary_json(const SummaryBody& body) {
    json::Object form{{"consultation", body.consultation.hex()}, {"text", body.text}};
    json::Array answers;
    for (const SummaryBody::Answered& one : body.answers) {
        json::Array comments;
        for (const Digest& id : one.comments) comments.emplace_back(id.hex());
        answers.push_back(json::Object{{"comments", std::move(comments)}, {"answer", one.answer}});
    }
    if (!answers.empty()) form["answers"] = std::move(answers);
    return form;
}

json::Object moderation_json(const ModerationBody& body) {
    json::Object form{{"act", to_string(body.act)}, {"reason", body.reason}};
    if (body.comment) form["comment"] = body.comment->hex();
    if (!body.account.empty()) form["account"] = body.account;
    if (!body.rule.empty()) form["rule"] = body.rule;
    return form;
}

}  // namespace comity::governance
