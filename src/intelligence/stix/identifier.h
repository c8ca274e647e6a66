// STIX identifiers, "indicator--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f" (STIX 2.1 section 2.9): a type and a
// UUID (RFC 4122, by which its digits are read in either case and written in lower case).
#pragma once

#include <array>
#include <compare>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/error.h"

namespace comity::intelligence {

struct Uuid {
    std::array<std::uint8_t, 16> bytes{};

    ByteView view() const { return bytes; }
    std::string text() const;  // 36 characters, lower case

    static Result<Uuid> parse(std::string_view text);  // kInvalid: form 8-4-4-4-12, variant of RFC 4122
    static Result<Uuid> from_bytes(ByteView bytes);    // exactly 16 bytes, else kInvalid
    // Version 5: from a name in a namespace, always the same.
    static Uuid of_name(const Uuid& name_space, std::string_view name);

    friend auto operator<=>(const Uuid&, const Uuid&) = default;
};

struct ObjectId {
    std::string type;
    Uuid uuid;

    std::string text() const;
    static Result<ObjectId> parse(std::string_view text);  // kInvalid says which part is wrong

    friend auto operator<=>(const ObjectId&, const ObjectId&) = default;
};

// An identifier read without copying anything; nothing where it is none: then ObjectId::parse says why.
struct IdentifierView {
    std::string_view type;
    Uuid uuid;
};
std::optional<IdentifierView> view_identifier(std::string_view text);

// Type names (section 3.1 and 11.1): 3 to 250 of a-z, 0-9 and "-", beginning with a letter.
Result<void> check_type_name(std::string_view name);

}  // namespace comity::intelligence
