#include "node/submission_json.h"

#include <fmt/format.h>

#include "base/encoding.h"
#include "base/text.h"
#include "json/slices.h"

namespace comity::node {
namespace {

constexpr std::size_t kShownName = 64;  // of an unknown field's name, in bytes

// An element of "attachments". Its text may carry JSON's escapes ("\/").
Result<std::string> decode_attachment(std::string_view element, const std::string& where) {
    auto value = json::parse(element);
    if (!value || !value->is_string()) return invalid(where, "is no text", "send base64");
    auto bytes = base64_decode(value->as_string());
    if (!bytes) return within(where, std::move(bytes).error());
    return std::string(as_text(*bytes));
}

}  // namespace

Result<ledger::Submission> parse_submission(std::string_view body) {
    auto members = json::members(body);
    if (!members) return within("body", std::move(members).error());
    ledger::Submission submission;
    for (const json::Member& member : *members) {
        if (member.name == "envelope") {
            submission.envelope = member.value;
        } else if (member.name == "objects") {
            COMITY_TRY(const auto objects, json::array_elements(body, member.name));
            submission.objects.assign(objects.begin(), objects.end());
        } else if (member.name == "attachments") {
            COMITY_TRY(const auto attachments, json::array_elements(body, member.name));
            for (std::size_t i = 0; i < attachments.size(); ++i) {
                COMITY_TRY(std::string bytes,
                           decode_attachment(attachments[i], fmt::format("attachments[{}]", i)));
                submission.attachments.push_back(std::move(bytes));
            }
        } else {
            return invalid(shown(member.name, kShownName), "is not a field of a submission",
                           "send envelope, objects and attachments");
        }
    }
    if (submission.envelope.empty()) {
        return invalid("envelope", "is missing", "send {\"envelope\":{...},\"objects\":[...]}");
    }
    return submission;
}

// Joined by hand: the bytes of envelope and objects stay as they stand.
std::string submission_json(const ledger::Submission& submission) {
    std::string text = "{\"envelope\":" + submission.envelope + ",\"objects\":[";
    for (std::size_t i = 0; i < submission.objects.size(); ++i)
        text.append(i > 0 ? "," : "").append(submission.objects[i]);
    text += "],\"attachments\":[";
    for (std::size_t i = 0; i < submission.attachments.size(); ++i) {
        text.append(i > 0 ? ",\"" : "\"")
            .append(base64_encode(as_bytes(submission.attachments[i])))
            .append("\"");
    }
    return text + "]}";
}

}  // namespace comity::node
