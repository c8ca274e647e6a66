#include "intelligence/misp/attribute.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>

#include "intelligence/indicator/words.h"
#include "intelligence/pattern/literal.h"
#include "intelligence/pattern/pattern.h"
#include "intelligence/stix/identifier.h"
#include "json/members.h"

namespace comity::intelligence::misp {
namespace {

struct TypeRule {
    std::string_view type;
    std::string_view first;   // object path of the value, or of its part before "|"
    std::string_view second;  // of the part behind; empty: the value is one
};
constexpr std::array kTypeRules = {
    TypeRule{"domain", "domain-name:value", ""},
    TypeRule{"hostname", "domain-name:value", ""},
    TypeRule{"url", "url:value", ""},
    TypeRule{"uri", "url:value", ""},
    TypeRule{"link", "url:value", ""},
    TypeRule{"md5", "file:hashes.MD5", ""},
    TypeRule{"sha1", "file:hashes.'SHA-1'", ""},
    TypeRule{"sha224", "file:hashes.'SHA-224'", ""},
    TypeRule{"sha256", "file:hashes.'SHA-256'", ""},
    TypeRule{"sha384", "file:hashes.'SHA-384'", ""},
    TypeRule{"sha512", "file:hashes.'SHA-512'", ""},
    TypeRule{"ssdeep", "file:hashes.SSDEEP", ""},
    TypeRule{"tlsh", "file:hashes.TLSH", ""},
    TypeRule{"imphash", "file:hashes.IMPHASH", ""},
    TypeRule{"filename", "file:name", ""},
    TypeRule{"attachment", "file:name", ""},
    TypeRule{"filename|md5", "file:name", "file:hashes.MD5"},
    TypeRule{"filename|sha1", "file:name", "file:hashes.'SHA-1'"},
    TypeRule{"filename|sha224", "file:name", "file:hashes.'SHA-224'"},
    TypeRule{"filename|sha256", "file:name", "file:hashes.'SHA-256'"},
    TypeRule{"filename|sha384", "file:name", "file:hashes.'SHA-384'"},
    TypeRule{"filename|sha512", "file:name", "file:hashes.'SHA-512'"},
    TypeRule{"filename|ssdeep", "file:name", "file:hashes.SSDEEP"},
    TypeRule{"filename|tlsh", "file:name", "file:hashes.TLSH"},
    TypeRule{"filename|imphash", "file:name", "file:hashes.IMPHASH"},
    TypeRule{"malware-sample", "file:name", "file:hashes.MD5"},
    TypeRule{"email", "email-addr:value", ""},
    TypeRule{"email-src", "email-message:from_ref.value", ""},
    TypeRule{"email-dst", "email-message:to_refs[*].value", ""},
    TypeRule{"email-subject", "email-message:subject", ""},
    TypeRule{"email-attachment", "email-message:body_multipart[*].body_raw_ref.name", ""},
    TypeRule{"domain|ip", "domain-name:value", "domain-name:resolves_to_refs[*].value"},
    TypeRule{"hostname|port", "domain-name:value", "network-traffic:dst_port"},
    TypeRule{"ja3-fingerprint-md5", "network-traffic:x_tls_ja3", ""},
    TypeRule{"btc", "x-cryptocurrency-wallet:value", ""},
    TypeRule{"xmr", "x-cryptocurrency-wallet:value", ""},
    TypeRule{"mutex", "mutex:name", ""},
    TypeRule{"AS", "autonomous-system:number", ""},
    TypeRule{"mac-address", "mac-addr:value", ""},
    TypeRule{"port", "network-traffic:dst_port", ""},
    TypeRule{"user-agent", "network-traffic:extensions.'http-request-ext'.request_header.'User-Agent'", ""},
    TypeRule{"regkey", "windows-registry-key:key", ""},
    TypeRule{"regkey|value", "windows-registry-key:key", "windows-registry-key:values.data"},
    TypeRule{"x509-fingerprint-md5", "x509-certificate:hashes.MD5", ""},
    TypeRule{"x509-fingerprint-sha1", "x509-certificate:hashes.'SHA-1'", ""},
    TypeRule{"x509-fingerprint-sha256", "x509-certificate:hashes.'SHA-256'", ""},
};
constexpr std::string_view kRuleLanguages[] = {"yara", "snort", "suricata", "sigma"};

bool is_number(std::string_view text) {
    return !text.empty() && text.size() <= 10 &&
           text.find_first_not_of("0123456789") == std::string_view::npos;
}

// A comparison; numbers are compared as such. Nothing where the value is no number and must be one.
std::optional<std::string> comparison(std::string_view path, std::string_view value) {
    if (path == "autonomous-system:number") {
        if (value.starts_with("AS") || value.starts_with("as")) value.remove_prefix(2);
        if (!is_number(value)) return std::nullopt;
        return fmt::format("{} = {}", path, value);
    }
    if (path.ends_with("_port")) {
        if (!is_number(value)) return std::nullopt;
        return fmt::format("{} = {}", path, value);
    }
    return fmt::format("{} = {}", path, literal(value));
}

struct Parts {
    std::string_view first;
    std::string_view second;
};
// At the last bar: a file's name may have some of its own.
std::optional<Parts> split(std::string_view value) {
    const std::size_t bar = value.rfind('|');
    if (bar == std::string_view::npos || bar == 0 || bar + 1 == value.size()) return std::nullopt;
    return Parts{value.substr(0, bar), value.substr(bar + 1)};
}

std::optional<std::string> network_pattern(std::string_view type, std::string_view value) {
    const std::string_view side = type.starts_with("ip-src") ? "src" : "dst";
    std::string_view port;
    if (type.ends_with("|port")) {
        const auto parts = split(value);
        if (!parts || !is_number(parts->second)) return std::nullopt;
        value = parts->first;
        port = parts->second;
    }
    const std::string_view version = value.find(':') == std::string_view::npos ? "ipv4-addr" : "ipv6-addr";
    std::string out =
        fmt::format("network-traffic:{0}_ref.type = '{1}' AND network-traffic:{0}_ref.value = {2}", side,
                    version, literal(value));
    if (!port.empty()) out += fmt::format(" AND network-traffic:{}_port = {}", side, port);
    return out;
}

const Uuid& stix_name_space() {
    static const Uuid uuid = *Uuid::parse("00abedb4-aa42-466c-9c01-fed23315a9b7");  // STIX 2.1 section 2.9
    return uuid;
}

// An observable with its own id, made of the properties that the specification names for it, by their names.
json::Object observable(std::string_view type, json::Object contributing) {
    json::Object out{{"type", type}, {"spec_version", "2.1"}};
    out["id"] =
        fmt::format("{}--{}", type, Uuid::of_name(stix_name_space(), json::write(contributing)).text());
    for (auto& member : contributing) out[member.key()] = member.value();
    return out;
}

std::string_view hash_name(std::string_view type) {
    if (type == "md5") return "MD5";
    if (type == "sha1") return "SHA-1";
    if (type == "sha256") return "SHA-256";
    if (type == "sha512") return "SHA-512";
    return {};
}

}  // namespace

std::optional<AttributePattern> pattern_of(std::string_view type, std::string_view value) {
    if (value.empty()) return std::nullopt;
    if (type == "stix2-pattern") return AttributePattern{std::string(value), "stix"};
    if (std::ranges::find(kRuleLanguages, type) != std::end(kRuleLanguages))
        return AttributePattern{std::string(value), std::string(type)};
    if (type == "ip-src" || type == "ip-dst" || type == "ip-src|port" || type == "ip-dst|port") {
        const auto inner = network_pattern(type, value);
        if (!inner) return std::nullopt;
        return AttributePattern{"[" + *inner + "]", "stix"};
    }
    const auto rule = std::ranges::find(kTypeRules, type, &TypeRule::type);
    if (rule == kTypeRules.end()) return std::nullopt;
    if (rule->second.empty()) {
        const auto one = comparison(rule->first, value);
        if (!one) return std::nullopt;
        return AttributePattern{"[" + *one + "]", "stix"};
    }
    const auto parts = split(value);
    if (!parts) return std::nullopt;
    const auto first = comparison(rule->first, parts->first);
    const auto second = comparison(rule->second, parts->second);
    if (!first || !second) return std::nullopt;
    return AttributePattern{fmt::format("[{} AND {}]", *first, *second), "stix"};
}

std::optional<std::string> value_of(std::string_view type, std::string_view pattern) {
    if (type == "stix2-pattern" || std::ranges::find(kRuleLanguages, type) != std::end(kRuleLanguages))
        return std::string(pattern);
    const auto parsed = parse_pattern(pattern);
    if (!parsed) return std::nullopt;
    std::string value;
    for (const Comparison& each : parsed->comparisons) {
        if (each.literals.count != 1 || each.path.count == 0) return std::nullopt;
        const Step& last = parsed->steps[each.path.first + each.path.count - 1];
        if (last.kind == Step::Kind::kKey && parsed->text(last.key) == "type") continue;
        const Literal& literal = parsed->literals[each.literals.first];
        if (!value.empty()) value += '|';
        if (literal.kind == Literal::Kind::kString) {
            value += parsed->text(literal.text);
        } else if (literal.kind == Literal::Kind::kInteger) {
            value += fmt::format("{}{}", type == "AS" ? "AS" : "", literal.integer);
        } else {
            return std::nullopt;
        }
    }
    // Only what comes to the same pattern again is that attribute.
    const auto again = pattern_of(type, value);
    if (!again || again->pattern != pattern) return std::nullopt;
    return value;
}

std::optional<json::Object> observable_of(std::string_view type, std::string_view value) {
    if (value.empty()) return std::nullopt;
    const auto of_value = [&](std::string_view stix_type) {
        return observable(stix_type, {{"value", value}});
    };
    if (type == "ip-src" || type == "ip-dst")
        return of_value(value.find(':') == std::string_view::npos ? "ipv4-addr" : "ipv6-addr");
    if (type == "domain" || type == "hostname") return of_value("domain-name");
    if (type == "url" || type == "link") return of_value("url");
    if (type == "email" || type == "email-src" || type == "email-dst") return of_value("email-addr");
    if (type == "mac-address") return of_value("mac-addr");
    if (type == "mutex") return observable("mutex", {{"name", value}});
    if (type == "filename") return observable("file", {{"name", value}});
    if (type == "AS") {
        if (value.starts_with("AS")) value.remove_prefix(2);
        if (!is_number(value)) return std::nullopt;
        return observable("autonomous-system", {{"number", std::stoll(std::string(value))}});
    }
    if (const std::string_view hash = hash_name(type); !hash.empty())
        return observable("file", {{"hashes", json::Object{{hash, value}}}});
    if (type.starts_with("filename|")) {
        const std::string_view hash = hash_name(type.substr(9));
        const auto parts = split(value);
        if (hash.empty() || !parts) return std::nullopt;
        return observable("file", {{"hashes", json::Object{{hash, parts->second}}}, {"name", parts->first}});
    }
    return std::nullopt;
}

std::optional<Attribute> attribute_of(const Indicator& indicator) {
    const std::string& value = indicator.value;
    switch (indicator.kind) {
        case IndicatorKind::kIpv4:
        case IndicatorKind::kIpv4Network:
        case IndicatorKind::kIpv6:
        case IndicatorKind::kIpv6Network:
            return Attribute{"ip-dst", "Network activity", value};
        case IndicatorKind::kDomain:
            return Attribute{"domain", "Network activity", value};
        case IndicatorKind::kUrl:
            return Attribute{"url", "Network activity", value};
        case IndicatorKind::kEmail:
            return Attribute{"email-src", "Payload delivery", value};
        case IndicatorKind::kFileName:
            return Attribute{"filename", "Payload delivery", value};
        case IndicatorKind::kJa3:
            return Attribute{"ja3-fingerprint-md5", "Network activity", value};
        case IndicatorKind::kJa4:
            return std::nullopt;
        case IndicatorKind::kWallet: {
            const std::string_view coin = wallet_coin(value);
            if (coin != "btc" && coin != "xmr") return std::nullopt;
            return Attribute{std::string(coin), "Financial fraud", value};
        }
        case IndicatorKind::kMd5:
        case IndicatorKind::kSha1:
        case IndicatorKind::kSha256:
        case IndicatorKind::kSha512:
        case IndicatorKind::kSsdeep:
            break;
    }
    return Attribute{std::string(to_string(indicator.kind)), "Payload delivery", value};
}

std::optional<Attribute> attribute_of(const json::Object& object) {
    const std::string type = json::text_of(object, "type");
    const std::string value = json::text_of(object, "value");
    if (!value.empty()) {
        if (type == "ipv4-addr" || type == "ipv6-addr") return Attribute{"ip-dst", "Network activity", value};
        if (type == "domain-name") return Attribute{"domain", "Network activity", value};
        if (type == "url") return Attribute{"url", "Network activity", value};
        if (type == "email-addr") return Attribute{"email", "Payload delivery", value};
        if (type == "mac-addr") return Attribute{"mac-address", "Network activity", value};
    }
    if (type == "mutex" && !json::text_of(object, "name").empty())
        return Attribute{"mutex", "Artifacts dropped", json::text_of(object, "name")};
    if (type == "autonomous-system") {
        const json::Value* number = object.if_contains("number");
        if (number != nullptr && number->is_int64())
            return Attribute{"AS", "Network activity", fmt::format("AS{}", number->get_int64())};
    }
    if (type == "file") {
        const std::string name = json::text_of(object, "name");
        const json::Value* hashes = object.if_contains("hashes");
        if (hashes != nullptr && hashes->is_object()) {
            for (const std::string_view hash : {"sha256", "sha512", "sha1", "md5"}) {
                const std::string sum = json::text_of(hashes->get_object(), hash_name(hash));
                if (sum.empty()) continue;
                if (name.empty()) return Attribute{std::string(hash), "Payload delivery", sum};
                return Attribute{fmt::format("filename|{}", hash), "Payload delivery", name + "|" + sum};
            }
        }
        if (!name.empty()) return Attribute{"filename", "Payload delivery", name};
    }
    return std::nullopt;
}

}  // namespace comity::intelligence::misp
