#include "federation/erasing.h"

#include "federation/parcel.h"
#include "json/fields.h"

namespace comity::federation {

bool may_be_erased(std::string_view type) {
    return type == kParcel || type == "governance.public-comment" ||
           (!type.starts_with("federation.") && !type.starts_with("governance."));
}

json::Object ErasureBody::json() const {
    json::Object object{{"statement", statement.hex()}};
    if (!reason.empty()) object["reason"] = reason;
    return object;
}

Result<ErasureBody> parse_erasure(const ledger::Statement& statement) {
    if (statement.objects || !statement.attachments.empty())
        return invalid("body", "a statement of this type carries neither objects nor attachments");
    COMITY_TRY(json::Fields fields, json::Fields::of(statement.body, "body"));
    ErasureBody body;
    COMITY_TRY(const std::string target, fields.text("statement", 64, 64));
    auto id = Digest::from_hex(target);
    if (!id) return within("body.statement", std::move(id).error());
    body.statement = *id;
    COMITY_TRY(auto reason, fields.optional_text("reason", 1, kMaxErasureReason));
    body.reason = std::move(reason).value_or("");
    COMITY_CHECK(fields.nothing_else());
    return body;
}

}  // namespace comity::federation
