#include "intelligence/stix/deterministic.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <vector>

#include "crypto/unicode.h"
#include "json/text.h"

namespace comity::intelligence {
namespace {

namespace dom = simdjson::dom;

// 00abedb4-aa42-466c-9c01-fed23315a9b7
constexpr Uuid kNamespace{
    {0x00, 0xab, 0xed, 0xb4, 0xaa, 0x42, 0x46, 0x6c, 0x9c, 0x01, 0xfe, 0xd2, 0x33, 0x15, 0xa9, 0xb7}};

struct Contribution {
    std::string_view type;
    std::string_view properties;  // sorted, with spaces between
};
// Sorted by type: section 6, each type's "ID Contributing Properties". A process has none.
constexpr auto kContributions = std::to_array<Contribution>({
    {"artifact", "hashes payload_bin"},
    {"autonomous-system", "number"},
    {"directory", "path"},
    {"domain-name", "value"},
    {"email-addr", "value"},
    {"email-message", "body from_ref subject"},
    {"file", "extensions hashes name parent_directory_ref"},
    {"ipv4-addr", "value"},
    {"ipv6-addr", "value"},
    {"mac-addr", "value"},
    {"mutex", "name"},
    {"network-traffic", "dst_port dst_ref end extensions protocols src_port src_ref start"},
    {"software", "cpe name swid vendor version"},
    {"url", "value"},
    {"user-account", "account_login account_type user_id"},
    {"windows-registry-key", "key values"},
    {"x509-certificate", "hashes serial_number"},
});
static_assert(std::ranges::is_sorted(kContributions, {}, &Contribution::type));

// As ECMAScript writes a number: the shortest digits, an exponent from 1e21 and below 1e-6.
void write_number(double value, std::string& out) {
    if (value == 0) {
        out.push_back('0');
        return;
    }
    std::array<char, 40> buffer{};
    const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), std::fabs(value),
                                   std::chars_format::scientific);
    const std::string_view text(buffer.data(), static_cast<std::size_t>(end.ptr - buffer.data()));
    const std::size_t e = text.find('e');
    std::string digits;
    for (const char c : text.substr(0, e)) {
        if (c != '.') digits.push_back(c);
    }
    int exponent = 0;
    std::string_view power = text.substr(e + 1);
    if (power.front() == '+') power.remove_prefix(1);
    std::from_chars(power.data(), power.data() + power.size(), exponent);
    const int count = static_cast<int>(digits.size());
    const int point = exponent + 1;  // digits before the point
    if (value < 0) out.push_back('-');
    if (point > 21 || point < -5) {
        out.push_back(digits.front());
        if (count > 1) out += "." + digits.substr(1);
        out += fmt::format("e{}{}", exponent < 0 ? '-' : '+', std::abs(exponent));
    } else if (point <= 0) {
        out += "0." + std::string(static_cast<std::size_t>(-point), '0') + digits;
    } else if (point >= count) {
        out += digits + std::string(static_cast<std::size_t>(point - count), '0');
    } else {
        out += digits.substr(0, static_cast<std::size_t>(point)) + "." +
               digits.substr(static_cast<std::size_t>(point));
    }
}

// RFC 8785 orders names by their UTF-16 units.
std::u16string utf16(std::string_view text) {
    std::u16string units;
    for (std::size_t at = 0; at < text.size();) {
        const char32_t point = crypto::next_code_point(text, at).value_or(0xfffd);
        if (point < 0x10000) {
            units.push_back(static_cast<char16_t>(point));
        } else {
            units.push_back(static_cast<char16_t>(0xd800 + ((point - 0x10000) >> 10)));
            units.push_back(static_cast<char16_t>(0xdc00 + ((point - 0x10000) & 0x3ff)));
        }
    }
    return units;
}

void write(const dom::element& value, std::string& out) {
    switch (value.type()) {
        case dom::element_type::STRING:
            json::append_text(out, std::string_view(value));
            break;
        case dom::element_type::BOOL:
            out += bool(value) ? "true" : "false";
            break;
        case dom::element_type::NULL_VALUE:
            out += "null";
            break;
        case dom::element_type::INT64:
            write_number(static_cast<double>(std::int64_t(value)), out);
            break;
        case dom::element_type::UINT64:
            write_number(static_cast<double>(std::uint64_t(value)), out);
            break;
        case dom::element_type::DOUBLE:
            write_number(double(value), out);
            break;
        case dom::element_type::ARRAY: {
            out.push_back('[');
            bool first = true;
            for (const dom::element item : dom::array(value)) {
                if (!first) out.push_back(',');
                first = false;
                write(item, out);
            }
            out.push_back(']');
            break;
        }
        case dom::element_type::OBJECT: {
            std::vector<std::pair<std::u16string, dom::key_value_pair>> fields;
            for (const dom::key_value_pair field : dom::object(value))
                fields.emplace_back(utf16(field.key), field);
            std::ranges::sort(fields, {}, [](const auto& one) -> const std::u16string& { return one.first; });
            out.push_back('{');
            for (std::size_t i = 0; i < fields.size(); ++i) {
                if (i > 0) out.push_back(',');
                json::append_text(out, fields[i].second.key);
                out.push_back(':');
                write(fields[i].second.value, out);
            }
            out.push_back('}');
            break;
        }
    }
}

// Of several hashes one contributes: the first of these, else the first that stands there.
std::string one_hash(const dom::object& hashes) {
    for (const std::string_view name : {"MD5", "SHA-1", "SHA-256", "SHA-512"}) {
        dom::element value;
        if (hashes[name].get(value) == simdjson::SUCCESS)
            return fmt::format("{{\"{}\":{}}}", name, canonical_json(value));
    }
    const dom::key_value_pair first = *hashes.begin();
    std::string text = "{";
    json::append_text(text, first.key);
    return text + ":" + canonical_json(first.value) + "}";
}

}  // namespace

std::string canonical_json(const dom::element& value) {
    std::string out;
    write(value, out);
    return out;
}

std::optional<Uuid> deterministic_uuid(std::string_view type, const Seen& seen) {
    const auto row = std::ranges::lower_bound(kContributions, type, {}, &Contribution::type);
    if (row == kContributions.end() || row->type != type) return std::nullopt;
    std::string name;
    std::string_view rest = row->properties;
    while (!rest.empty()) {
        const std::size_t space = std::min(rest.find(' '), rest.size());
        const std::string_view property = rest.substr(0, space);
        rest.remove_prefix(std::min(space + 1, rest.size()));
        const std::uint8_t index = seen.schema->find(property);
        if (!seen.has(index)) continue;
        name += name.empty() ? "{" : ",";
        dom::object hashes;
        const bool hashed = property == "hashes" && seen.values[index].get(hashes) == simdjson::SUCCESS;
        name += fmt::format("\"{}\":{}", property,
                            hashed ? one_hash(hashes) : canonical_json(seen.values[index]));
    }
    if (name.empty()) return std::nullopt;
    return Uuid::of_name(kNamespace, name + "}");
}

}  // namespace comity::intelligence
