#include "intelligence/match/record_objects.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <optional>

#include "base/mail_address.h"
#include "base/text.h"

namespace comity::intelligence::match {
namespace {

constexpr std::size_t kMaxObjects = 512;  // of one record

enum class Role {
    kSource,
    kDestination,
    kSourcePort,
    kDestinationPort,
    kProtocol,
    kDomain,
    kAnswer,
    kHosts,
    kMethod,
    kPath,
    kAgent,
    kFileName,
    kMd5,
    kSha1,
    kSha256,
    kSha512,
    kSsdeep,
    kMail,
    kUser,
};

// By a field's whole name, or by the last part of one with dots.
const std::map<std::string_view, Role>& roles_by_name() {
    static const std::map<std::string_view, Role> roles = {
        {"id.orig_h", Role::kSource},
        {"src_ip", Role::kSource},
        {"source_ip", Role::kSource},
        {"srcaddr", Role::kSource},
        {"src_addr", Role::kSource},
        {"src", Role::kSource},
        {"sa", Role::kSource},
        {"client", Role::kSource},
        {"client_ip", Role::kSource},
        {"c-ip", Role::kSource},
        {"remote_addr", Role::kSource},
        {"source.ip", Role::kSource},
        {"ipv4_src_addr", Role::kSource},
        {"ipv6_src_addr", Role::kSource},
        {"id.resp_h", Role::kDestination},
        {"dest_ip", Role::kDestination},
        {"dst_ip", Role::kDestination},
        {"destination_ip", Role::kDestination},
        {"dstaddr", Role::kDestination},
        {"dst_addr", Role::kDestination},
        {"dst", Role::kDestination},
        {"da", Role::kDestination},
        {"s-ip", Role::kDestination},
        {"server_ip", Role::kDestination},
        {"destination.ip", Role::kDestination},
        {"ipv4_dst_addr", Role::kDestination},
        {"ipv6_dst_addr", Role::kDestination},
        {"id.orig_p", Role::kSourcePort},
        {"src_port", Role::kSourcePort},
        {"source_port", Role::kSourcePort},
        {"srcport", Role::kSourcePort},
        {"sport", Role::kSourcePort},
        {"spt", Role::kSourcePort},
        {"sp", Role::kSourcePort},
        {"c-port", Role::kSourcePort},
        {"source.port", Role::kSourcePort},
        {"l4_src_port", Role::kSourcePort},
        {"id.resp_p", Role::kDestinationPort},
        {"dest_port", Role::kDestinationPort},
        {"dst_port", Role::kDestinationPort},
        {"destination_port", Role::kDestinationPort},
        {"dstport", Role::kDestinationPort},
        {"dport", Role::kDestinationPort},
        {"dpt", Role::kDestinationPort},
        {"dp", Role::kDestinationPort},
        {"s-port", Role::kDestinationPort},
        {"destination.port", Role::kDestinationPort},
        {"l4_dst_port", Role::kDestinationPort},
        {"proto", Role::kProtocol},
        {"protocol", Role::kProtocol},
        {"pr", Role::kProtocol},
        {"service", Role::kProtocol},
        {"app_proto", Role::kProtocol},
        {"query", Role::kDomain},
        {"rrname", Role::kDomain},
        {"qname", Role::kDomain},
        {"server_name", Role::kDomain},
        {"sni", Role::kDomain},
        {"host", Role::kDomain},
        {"hostname", Role::kDomain},
        {"cs-host", Role::kDomain},
        {"cs_host", Role::kDomain},
        {"domain", Role::kDomain},
        {"answer", Role::kAnswer},
        {"answers", Role::kAnswer},
        {"rdata", Role::kAnswer},
        {"tx_hosts", Role::kHosts},
        {"rx_hosts", Role::kHosts},
        {"method", Role::kMethod},
        {"http_method", Role::kMethod},
        {"cs-method", Role::kMethod},
        {"uri", Role::kPath},
        {"http.url", Role::kPath},
        {"cs-uri", Role::kPath},
        {"cs-uri-stem", Role::kPath},
        {"request_uri", Role::kPath},
        {"agent", Role::kAgent},
        {"user_agent", Role::kAgent},
        {"http_user_agent", Role::kAgent},
        {"cs(user-agent)", Role::kAgent},
        {"filename", Role::kFileName},
        {"file_name", Role::kFileName},
        {"md5", Role::kMd5},
        {"sha1", Role::kSha1},
        {"sha256", Role::kSha256},
        {"sha512", Role::kSha512},
        {"ssdeep", Role::kSsdeep},
        {"mailfrom", Role::kMail},
        {"mail_from", Role::kMail},
        {"rcptto", Role::kMail},
        {"rcpt_to", Role::kMail},
        {"from", Role::kMail},
        {"to", Role::kMail},
        {"sender", Role::kMail},
        {"recipient", Role::kMail},
        {"user", Role::kUser},
        {"username", Role::kUser},
        {"user_name", Role::kUser},
    };
    return roles;
}

std::optional<Role> role_of(std::string_view field) {
    std::string name = lowered(field);
    for (std::size_t open = name.find('['); open != std::string::npos; open = name.find('[')) {
        const std::size_t close = std::min(name.find(']', open), name.size() - 1);
        name.erase(open, close - open + 1);
    }
    const auto& roles = roles_by_name();
    if (const auto found = roles.find(name); found != roles.end()) return found->second;
    const std::size_t dot = name.rfind('.');
    if (dot == std::string::npos) return std::nullopt;
    const auto found = roles.find(std::string_view(name).substr(dot + 1));
    return found == roles.end() ? std::nullopt : std::optional(found->second);
}

bool says_nothing(std::string_view value) {
    return value.empty() || value == "-" || value == "(empty)" || value == "null";
}

std::optional<std::int64_t> port_of(std::string_view text) {
    std::int64_t port = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    if (error != std::errc() || end != text.data() + text.size() || port < 0 || port > 65'535)
        return std::nullopt;
    return port;
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

void RecordObjects::take(const Field& field, Roles& roles) {
    const std::string& value = field.value;
    const auto role = role_of(field.name);
    const std::string is_address = address(value);
    if (is_address.empty() && value.contains("://")) {
        const std::size_t scheme = value.find("://");
        const bool plain = std::ranges::all_of(std::string_view(value).substr(0, scheme), [](char c) {
            return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '+';
        });
        if (plain && scheme > 0 && !value.contains(' ')) named("url", value);
    }
    if (!role) return;
    switch (*role) {
        case Role::kSource:
            if (roles.source.empty()) roles.source = is_address.empty() ? domain(value) : is_address;
            return;
        case Role::kDestination:
            if (roles.destination.empty())
                roles.destination = is_address.empty() ? domain(value) : is_address;
            return;
        case Role::kSourcePort:
            roles.source_port = port_of(value);
            return;
        case Role::kDestinationPort:
            roles.destination_port = port_of(value);
            return;
        case Role::kProtocol:
            roles.protocols.push_back(json::Value(lowered(value)));
            return;
        case Role::kDomain: {
            roles.host = value;
            const std::string name = is_address.empty() ? domain(value) : std::string();
            if (roles.domain.empty()) roles.domain = name;
            return;
        }
        case Role::kAnswer:
        case Role::kHosts:
            for (std::string_view rest = value; !rest.empty();) {
                const std::size_t end = std::min(rest.find(','), rest.size());
                std::string one = address(rest.substr(0, end));
                if (one.empty() && *role == Role::kAnswer) one = domain(rest.substr(0, end));
                if (!one.empty() && *role == Role::kAnswer) roles.answers.push_back(std::move(one));
                rest.remove_prefix(std::min(end + 1, rest.size()));
            }
            return;
        case Role::kMethod:
            roles.method = lowered(value);
            return;
        case Role::kPath:
            roles.path = value;
            return;
        case Role::kAgent:
            roles.agent = value;
            return;
        case Role::kFileName:
            roles.file_name = value.substr(value.find_last_of("/\\") + 1);
            return;
        case Role::kMd5:
            roles.hashes["MD5"] = lowered(value);
            return;
        case Role::kSha1:
            roles.hashes["SHA-1"] = lowered(value);
            return;
        case Role::kSha256:
            roles.hashes["SHA-256"] = lowered(value);
            return;
        case Role::kSha512:
            roles.hashes["SHA-512"] = lowered(value);
            return;
        case Role::kSsdeep:
            roles.hashes["SSDEEP"] = value;
            return;
        case Role::kMail: {
            std::string_view address = value;
            if (const std::size_t open = address.find('<'); open != std::string_view::npos)
                address = address.substr(open + 1, address.find('>') - open - 1);
            if (is_mail_address(address)) named("email-addr", lowered(address));
            return;
        }
        case Role::kUser:
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
    if (roles.source.empty() && roles.destination.empty()) return;
    json::Object traffic{{"type", "network-traffic"}, {"start", format_time_micros(observation_.first)}};
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

}  // namespace comity::intelligence::match
