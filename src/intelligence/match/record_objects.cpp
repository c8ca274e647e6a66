#include "intelligence/match/record_objects.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <optional>

#include "base/mail_address.h"
#include "base/text.h"
#include "intelligence/indicator/words.h"
#include "intelligence/match/record_roles.h"

namespace comity::intelligence::match {
namespace {

constexpr std::size_t kMaxObjects = 512;  // of one record

bool says_nothing(std::string_view value) {
    return value.empty() || value == "-" || value == "(empty)" || value == "null";
}

std::optional<std::int64_t> whole_number(std::string_view text) {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size() || number < 0) return std::nullopt;
    return number;
}
std::optional<std::int64_t> port_of(std::string_view text) {
    const auto port = whole_number(text);
    return port && *port <= 65'535 ? port : std::nullopt;
}

// What commas part.
template <typename Take>
void each_part(std::string_view list, Take take) {
    while (!list.empty()) {
        const std::size_t end = std::min(list.find(','), list.size());
        take(list.substr(0, end));
        list.remove_prefix(std::min(end + 1, list.size()));
    }
}

// What stands in a syslog message as NAME=VALUE (netfilter and many firewalls).
std::vector<Field> pairs_of(std::string_view message) {
    std::vector<Field> out;
    for (std::size_t equals = message.find('='); equals != std::string_view::npos;
         equals = message.find('=', equals + 1)) {
        const std::size_t before = message.find_last_of(" ,;[(", equals);
        const std::size_t begin = before == std::string_view::npos ? 0 : before + 1;
        const std::size_t from = equals + 1 + (message.substr(equals + 1).starts_with('"') ? 1 : 0);
        const std::size_t end = std::min(message.find_first_of(" ,;\"])", from), message.size());
        if (begin == equals || end == from) continue;
        out.push_back({std::string(message.substr(begin, equals - begin)), from, end,
                       std::string(message.substr(from, end - from))});
    }
    return out;
}

}  // namespace

struct RecordObjects::Roles {
    std::string source, destination;
    std::optional<std::int64_t> source_port, destination_port;
    json::Array protocols;
    std::string domain;  // that was asked for
    std::vector<std::string> answers;
    std::string method, path, agent, host;
    json::Object hashes;
    std::string file_name;
    std::string mail_from, mail_sender, subject;
    json::Array mail_to;
    json::Object traffic;  // what a connection says of itself beside its ends
};

RecordObjects::RecordObjects(const std::vector<Field>& fields, Time at) {
    observation_.first = at;
    observation_.last = at;
    Roles roles;
    for (const Field& field : fields) {
        if (objects_.size() >= kMaxObjects) break;
        if (says_nothing(field.value)) continue;
        if (field.name == "message") {
            for (const Field& pair : pairs_of(field.value)) take(pair, roles);
            continue;
        }
        take(field, roles);
    }
    for (const JoinedUrl& joined : joined_urls(fields)) named("url", joined.url);
    connect(roles);
}

json::Object* RecordObjects::object(std::string_view name) {
    const auto found = std::ranges::find(observation_.objects, name, &ObservedObject::name);
    if (found == observation_.objects.end()) return nullptr;
    return &objects_[static_cast<std::size_t>(found - observation_.objects.begin())].get_object();
}

std::string RecordObjects::named(std::string_view type, std::string_view value) {
    const std::string_view property = type == "user-account" ? "user_id" : "value";
    for (std::size_t i = 0; i < objects_.size(); ++i) {
        const json::Object& one = objects_[i].get_object();
        const json::Value* const known = one.if_contains(property);
        if (known != nullptr && known->is_string() && std::string_view(known->get_string()) == value &&
            std::string_view(one.at("type").get_string()) == type)
            return observation_.objects[i].name;
    }
    objects_.emplace_back(json::Object{{"type", type}, {property, value}});
    std::string name = std::to_string(objects_.size() - 1);
    observation_.objects.push_back({name, &objects_.back()});
    return name;
}

std::string RecordObjects::address(std::string_view text) {
    if (text.starts_with('[') && text.ends_with(']')) text = text.substr(1, text.size() - 2);
    if (text.size() < 2 || text.size() >= INET6_ADDRSTRLEN) return {};
    std::uint8_t bytes[16];
    char spelled[INET6_ADDRSTRLEN] = {};
    const std::string whole(text);
    const int family = text.contains(':') ? AF_INET6 : AF_INET;
    if (inet_pton(family, whole.c_str(), bytes) != 1) return {};
    inet_ntop(family, bytes, spelled, sizeof spelled);
    return named(family == AF_INET ? "ipv4-addr" : "ipv6-addr", spelled);
}

std::string RecordObjects::domain(std::string_view text) {
    while (text.ends_with('.')) text.remove_suffix(1);
    const std::size_t colon = text.find(':');
    if (colon != std::string_view::npos && port_of(text.substr(colon + 1))) text = text.substr(0, colon);
    const bool name = text.contains('.') && text.size() <= 253 &&
                      text.find_first_of(" \t/@,;:<>\"'()[]{}|\\=") == std::string_view::npos;
    return name ? named("domain-name", lowered(text)) : std::string();
}

std::string RecordObjects::mail_address(std::string_view text) {
    if (const std::size_t open = text.find('<'); open != std::string_view::npos)
        text = text.substr(open + 1, text.find('>') - open - 1);
    text = trimmed(text);
    return is_mail_address(text) ? named("email-addr", lowered(text)) : std::string();
}

void RecordObjects::take(const Field& field, Roles& roles) {
    const std::string& value = field.value;
    const auto role = record_role_of(field.name);
    const std::string is_address = address(value);
    const auto count = [&](std::string_view property) {
        if (const auto number = whole_number(value)) roles.traffic[property] = *number;
    };
    if (is_address.empty() && value.contains("://")) {
        const std::size_t scheme = value.find("://");
        const bool plain = std::ranges::all_of(std::string_view(value).substr(0, scheme), [](char c) {
            return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '+';
        });
        if (plain && scheme > 0 && !value.contains(' ')) named("url", value);
    }
    if (!role) return;
    switch (*role) {
        case RecordRole::kSource:
            if (roles.source.empty()) roles.source = is_address.empty() ? domain(value) : is_address;
            return;
        case RecordRole::kDestination:
            if (roles.destination.empty())
                roles.destination = is_address.empty() ? domain(value) : is_address;
            return;
        case RecordRole::kSourcePort:
            roles.source_port = port_of(value);
            return;
        case RecordRole::kDestinationPort:
            roles.destination_port = port_of(value);
            return;
        case RecordRole::kProtocol:
            roles.protocols.push_back(json::Value(lowered(value)));
            return;
        case RecordRole::kDomain: {
            roles.host = value;
            const std::string name = is_address.empty() ? domain(value) : std::string();
            if (roles.domain.empty()) roles.domain = name;
            return;
        }
        case RecordRole::kAnswer:
        case RecordRole::kHosts:
            each_part(value, [&](std::string_view part) {
                std::string one = address(part);
                if (one.empty() && *role == RecordRole::kAnswer) one = domain(part);
                if (!one.empty() && *role == RecordRole::kAnswer) roles.answers.push_back(std::move(one));
            });
            return;
        case RecordRole::kMethod:
            roles.method = lowered(value);
            return;
        case RecordRole::kPath:
            roles.path = value;
            return;
        case RecordRole::kAgent:
            roles.agent = value;
            return;
        case RecordRole::kFileName:
            roles.file_name = value.substr(value.find_last_of("/\\") + 1);
            return;
        case RecordRole::kMd5:
            roles.hashes["MD5"] = lowered(value);
            return;
        case RecordRole::kSha1:
            roles.hashes["SHA-1"] = lowered(value);
            return;
        case RecordRole::kSha256:
            roles.hashes["SHA-256"] = lowered(value);
            return;
        case RecordRole::kSha512:
            roles.hashes["SHA-512"] = lowered(value);
            return;
        case RecordRole::kSsdeep:
            roles.hashes["SSDEEP"] = value;
            return;
        case RecordRole::kMailFrom:
            if (std::string one = mail_address(value); !one.empty()) roles.mail_from = std::move(one);
            return;
        case RecordRole::kMailSender:
            roles.mail_sender = mail_address(value);
            return;
        case RecordRole::kMailTo:
            each_part(value, [&](std::string_view part) {
                if (const std::string one = mail_address(part); !one.empty()) roles.mail_to.emplace_back(one);
            });
            return;
        case RecordRole::kSubject:
            roles.subject = value;
            return;
        case RecordRole::kJa3:
            if (value.size() == 32 && is_hexadecimal(value)) roles.traffic["x_tls_ja3"] = lowered(value);
            return;
        case RecordRole::kJa4:
            if (is_ja4(value)) roles.traffic["x_tls_ja4"] = lowered(value);
            return;
        case RecordRole::kSourceBytes:
            count("src_byte_count");
            return;
        case RecordRole::kDestinationBytes:
            count("dst_byte_count");
            return;
        case RecordRole::kSourcePackets:
            count("src_packets");
            return;
        case RecordRole::kDestinationPackets:
            count("dst_packets");
            return;
        case RecordRole::kUser:
            named("user-account", value);
            return;
    }
}

// What takes several fields: a file, a connection, what a name was answered with.
void RecordObjects::connect(const Roles& roles) {
    const auto add = [&](json::Object made) {
        objects_.emplace_back(std::move(made));
        observation_.objects.push_back({std::to_string(objects_.size() - 1), &objects_.back()});
    };
    if (!roles.answers.empty()) {
        if (json::Object* const asked = object(roles.domain)) {
            json::Array refs;
            for (const std::string& answer : roles.answers) refs.push_back(json::Value(answer));
            (*asked)["resolves_to_refs"] = std::move(refs);
        }
    }
    if (!roles.hashes.empty() || !roles.file_name.empty()) {
        json::Object file{{"type", "file"}};
        if (!roles.hashes.empty()) file["hashes"] = roles.hashes;
        if (!roles.file_name.empty()) file["name"] = roles.file_name;
        add(std::move(file));
    }
    if (!roles.mail_from.empty() || !roles.mail_sender.empty() || !roles.mail_to.empty()) {
        json::Object mail{{"type", "email-message"}};
        if (!roles.mail_from.empty()) mail["from_ref"] = roles.mail_from;
        if (!roles.mail_sender.empty()) mail["sender_ref"] = roles.mail_sender;
        if (!roles.mail_to.empty()) mail["to_refs"] = roles.mail_to;
        if (!roles.subject.empty()) mail["subject"] = roles.subject;
        add(std::move(mail));
    }
    const bool fingerprint = roles.traffic.contains("x_tls_ja3") || roles.traffic.contains("x_tls_ja4");
    if (roles.source.empty() && roles.destination.empty() && !fingerprint) return;
    json::Object traffic{{"type", "network-traffic"}, {"start", format_time_micros(observation_.first)}};
    for (const auto& each : roles.traffic) traffic[each.key()] = each.value();
    if (!roles.source.empty()) traffic["src_ref"] = roles.source;
    if (!roles.destination.empty()) traffic["dst_ref"] = roles.destination;
    if (roles.source_port) traffic["src_port"] = *roles.source_port;
    if (roles.destination_port) traffic["dst_port"] = *roles.destination_port;
    if (!roles.protocols.empty()) traffic["protocols"] = roles.protocols;
    if (!roles.method.empty() && !roles.path.empty()) {
        json::Object header;
        if (!roles.host.empty()) header["Host"] = roles.host;
        if (!roles.agent.empty()) header["User-Agent"] = roles.agent;
        json::Object request{{"request_method", roles.method}, {"request_value", roles.path}};
        if (!header.empty()) request["request_header"] = std::move(header);
        traffic["extensions"] = json::Object{{"http-request-ext", std::move(request)}};
    }
    add(std::move(traffic));
}

bool records_tell_of(std::string_view type, std::string_view property) {
    static constexpr std::string_view kTold[] = {
        "ipv4-addr:value",
        "ipv6-addr:value",
        "domain-name:value",
        "domain-name:resolves_to_refs",
        "url:value",
        "email-addr:value",
        "email-message:from_ref",
        "email-message:sender_ref",
        "email-message:to_refs",
        "email-message:subject",
        "user-account:user_id",
        "file:hashes",
        "file:name",
        "network-traffic:start",
        "network-traffic:src_ref",
        "network-traffic:dst_ref",
        "network-traffic:src_port",
        "network-traffic:dst_port",
        "network-traffic:protocols",
        "network-traffic:extensions",
        "network-traffic:src_byte_count",
        "network-traffic:dst_byte_count",
        "network-traffic:src_packets",
        "network-traffic:dst_packets",
        "network-traffic:x_tls_ja3",
        "network-traffic:x_tls_ja4",
    };
    const std::string of_type = std::string(type) + ':';
    if (property == "type")
        return std::ranges::any_of(kTold, [&](std::string_view told) { return told.starts_with(of_type); });
    return std::ranges::find(kTold, of_type + std::string(property)) != std::end(kTold);
}

}  // namespace comity::intelligence::match
