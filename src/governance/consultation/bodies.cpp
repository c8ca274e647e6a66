#include "governance/consultation/bodies.h"

#include <fmt/format.h>

#include <algorithm>

#include "governance/consultation/remark.h"
#include "governance/forms.h"
#include "json/fields.h"

namespace comity::governance {
namespace {

constexpr std::size_t kMaxComment = 10'000;
constexpr std::size_t kMaxQuote = 2'000;

}  // namespace

Result<CommentBody> parse_comment(const json::Value& body) {
    COMITY_TRY(json::Fields fields, json::Fields::of(body, "body"));
    CommentBody comment;
    COMITY_TRY(comment.version, digest_of(fields, "version"));
    COMITY_TRY(comment.text, fields.text("text", 1, kMaxComment));
    COMITY_CHECK(read_remark(fields, comment, kMaxQuote));
    COMITY_CHECK(fields.nothing_else());
    return comment;
}

Result<EndorsementBody> parse_endorsement(const json::Value& body) {
    COMITY_TRY(json::Fields fields, json::Fields::of(body, "body"));
    EndorsementBody endorsement;
    COMITY_TRY(endorsement.version, digest_of(fields, "version"));
    COMITY_TRY(endorsement.holds, fields.boolean("holds", true));
    COMITY_CHECK(fields.nothing_else());
    return endorsement;
}

Result<Digest> version_of(const ledger::Statement& statement) {
    if (statement.type == kComment) {
        COMITY_TRY(const CommentBody body, parse_comment(statement.body));
        return body.version;
    }
    COMITY_TRY(const EndorsementBody body, parse_endorsement(statement.body));
    return body.version;
}

json::Object comment_json(const CommentBody& body) {
    json::Object form{{"version", body.version.hex()}, {"text", body.text}};
    if (!body.language.empty()) form["language"] = body.language;
    if (!body.quote.empty()) form["quote"] = body.quote;
    if (body.reply_to) form["reply_to"] = body.reply_to->hex();
    if (!body.position.empty()) form["position"] = body.position;
    return form;
}

}  // namespace comity::governance
