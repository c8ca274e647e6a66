#include "federation/parcel.h"

#include <fmt/format.h>

#include <algorithm>

#include "crypto/sealing.h"
#include "json/fields.h"

namespace comity::federation {
namespace {

constexpr std::size_t kMaxName = 255;
constexpr std::size_t kMaxType = 200;

// A name that a reader may write its content to: no folder, and none of the names that mean one.
Result<void> check_name(std::string_view name) {
    const auto control = [](char c) { return static_cast<unsigned char>(c) < ' ' || c == 0x7f; };
    if (name.empty() || name.size() > kMaxName || name == "." || name == ".." ||
        name.find_first_of("/\\") != std::string_view::npos || std::ranges::any_of(name, control))
        return invalid("name", "is not the name of a file");
    return {};
}

}  // namespace

Result<std::vector<std::string>> parse_parcel(const ledger::Statement& statement) {
    COMITY_TRY(json::Fields fields, json::Fields::of(statement.body, "body"));
    COMITY_TRY(std::vector<std::string> readers, fields.texts("readers", 1, kMaxParcelReaders));
    COMITY_CHECK(fields.nothing_else());
    for (std::size_t i = 0; i < readers.size(); ++i) {
        const std::string where = fmt::format("body.readers[{}]", i);
        COMITY_CHECK(ledger::check_member_id(readers[i], where));
        if (i > 0 && readers[i - 1] >= readers[i])
            return invalid(where, "does not come after the one before it", "sort them, each once");
    }
    if (statement.objects) return invalid("body.objects", "a parcel carries no objects");
    if (statement.attachments.size() != 1 || statement.attachments.front().type != kSealedType) {
        return invalid("attachments",
                       "must be one of the type " + std::string(kSealedType) + ": what is sealed");
    }
    return readers;
}

Result<Bytes> seal_parcel(const ParcelContent& content, std::span<const crypto::PublicKey> readers) {
    COMITY_CHECK(check_name(content.name));
    if (content.type.empty() || content.type.size() > kMaxType) return invalid("type", "is no media type");
    std::string text =
        json::write(json::Object{{"name", content.name}, {"type", content.type}}) + "\n" + content.bytes;
    return crypto::seal_to(readers, as_bytes(text));
}

Result<ParcelContent> open_parcel(ByteView attachment, const crypto::SecretKey& key) {
    COMITY_TRY(const Bytes opened, crypto::open_sealed(attachment, key));
    const std::string_view text = as_text(opened);
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos) return invalid("parcel", "holds no file");
    COMITY_TRY(const json::Value head, json::parse(text.substr(0, end)));
    COMITY_TRY(json::Fields fields, json::Fields::of(head, "parcel"));
    ParcelContent content;
    COMITY_TRY(content.name, fields.text("name", 1, kMaxName));
    COMITY_TRY(content.type, fields.text("type", 1, kMaxType));
    COMITY_CHECK(fields.nothing_else());
    COMITY_CHECK(check_name(content.name));
    content.bytes = text.substr(end + 1);
    return content;
}

}  // namespace comity::federation
