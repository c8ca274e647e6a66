#include "intelligence/match/record_roles.h"

#include <algorithm>
#include <map>
#include <string>

#include "base/text.h"

namespace comity::intelligence::match {
namespace {

// By a field's whole name, or by the last part of one with dots.
const std::map<std::string_view, RecordRole>& roles_by_name() {
    static const std::map<std::string_view, RecordRole> roles = {
        {"id.orig_h", RecordRole::kSource},
        {"src_ip", RecordRole::kSource},
        {"source_ip", RecordRole::kSource},
        {"srcaddr", RecordRole::kSource},
        {"src_addr", RecordRole::kSource},
        {"src", RecordRole::kSource},
        {"sa", RecordRole::kSource},
        {"client", RecordRole::kSource},
        {"client_ip", RecordRole::kSource},
        {"c-ip", RecordRole::kSource},
        {"remote_addr", RecordRole::kSource},
        {"source.ip", RecordRole::kSource},
        {"ipv4_src_addr", RecordRole::kSource},
        {"ipv6_src_addr", RecordRole::kSource},
        {"id.resp_h", RecordRole::kDestination},
        {"dest_ip", RecordRole::kDestination},
        {"dst_ip", RecordRole::kDestination},
        {"destination_ip", RecordRole::kDestination},
        {"dstaddr", RecordRole::kDestination},
        {"dst_addr", RecordRole::kDestination},
        {"dst", RecordRole::kDestination},
        {"da", RecordRole::kDestination},
        {"s-ip", RecordRole::kDestination},
        {"server_ip", RecordRole::kDestination},
        {"destination.ip", RecordRole::kDestination},
        {"ipv4_dst_addr", RecordRole::kDestination},
        {"ipv6_dst_addr", RecordRole::kDestination},
        {"id.orig_p", RecordRole::kSourcePort},
        {"src_port", RecordRole::kSourcePort},
        {"source_port", RecordRole::kSourcePort},
        {"srcport", RecordRole::kSourcePort},
        {"sport", RecordRole::kSourcePort},
        {"spt", RecordRole::kSourcePort},
        {"sp", RecordRole::kSourcePort},
        {"c-port", RecordRole::kSourcePort},
        {"source.port", RecordRole::kSourcePort},
        {"l4_src_port", RecordRole::kSourcePort},
        {"id.resp_p", RecordRole::kDestinationPort},
        {"dest_port", RecordRole::kDestinationPort},
        {"dst_port", RecordRole::kDestinationPort},
        {"destination_port", RecordRole::kDestinationPort},
        {"dstport", RecordRole::kDestinationPort},
        {"dport", RecordRole::kDestinationPort},
        {"dpt", RecordRole::kDestinationPort},
        {"dp", RecordRole::kDestinationPort},
        {"s-port", RecordRole::kDestinationPort},
        {"destination.port", RecordRole::kDestinationPort},
        {"l4_dst_port", RecordRole::kDestinationPort},
        {"proto", RecordRole::kProtocol},
        {"protocol", RecordRole::kProtocol},
        {"pr", RecordRole::kProtocol},
        {"service", RecordRole::kProtocol},
        {"app_proto", RecordRole::kProtocol},
        {"query", RecordRole::kDomain},
        {"rrname", RecordRole::kDomain},
        {"qname", RecordRole::kDomain},
        {"server_name", RecordRole::kDomain},
        {"sni", RecordRole::kDomain},
        {"host", RecordRole::kDomain},
        {"hostname", RecordRole::kDomain},
        {"cs-host", RecordRole::kDomain},
        {"cs_host", RecordRole::kDomain},
        {"domain", RecordRole::kDomain},
        {"answer", RecordRole::kAnswer},
        {"answers", RecordRole::kAnswer},
        {"rdata", RecordRole::kAnswer},
        {"tx_hosts", RecordRole::kHosts},
        {"rx_hosts", RecordRole::kHosts},
        {"method", RecordRole::kMethod},
        {"http_method", RecordRole::kMethod},
        {"cs-method", RecordRole::kMethod},
        {"uri", RecordRole::kPath},
        {"http.url", RecordRole::kPath},
        {"cs-uri", RecordRole::kPath},
        {"cs-uri-stem", RecordRole::kPath},
        {"request_uri", RecordRole::kPath},
        {"agent", RecordRole::kAgent},
        {"user_agent", RecordRole::kAgent},
        {"http_user_agent", RecordRole::kAgent},
        {"cs(user-agent)", RecordRole::kAgent},
        {"filename", RecordRole::kFileName},
        {"file_name", RecordRole::kFileName},
        {"md5", RecordRole::kMd5},
        {"sha1", RecordRole::kSha1},
        {"sha256", RecordRole::kSha256},
        {"sha512", RecordRole::kSha512},
        {"ssdeep", RecordRole::kSsdeep},
        {"mailfrom", RecordRole::kMailFrom},
        {"mail_from", RecordRole::kMailFrom},
        {"rcptto", RecordRole::kMailTo},
        {"rcpt_to", RecordRole::kMailTo},
        {"from", RecordRole::kMailFrom},
        {"to", RecordRole::kMailTo},
        {"sender", RecordRole::kMailSender},
        {"recipient", RecordRole::kMailTo},
        {"cc", RecordRole::kMailTo},
        {"subject", RecordRole::kSubject},
        {"user", RecordRole::kUser},
        {"username", RecordRole::kUser},
        {"user_name", RecordRole::kUser},
        {"ja3", RecordRole::kJa3},
        {"ja3_hash", RecordRole::kJa3},
        {"ja3_md5", RecordRole::kJa3},
        {"ja3.hash", RecordRole::kJa3},
        {"tls.ja3.hash", RecordRole::kJa3},
        {"tls.client.ja3", RecordRole::kJa3},
        {"ja4", RecordRole::kJa4},
        {"ja4_fingerprint", RecordRole::kJa4},
        {"orig_bytes", RecordRole::kSourceBytes},
        {"bytes_toserver", RecordRole::kSourceBytes},
        {"source.bytes", RecordRole::kSourceBytes},
        {"resp_bytes", RecordRole::kDestinationBytes},
        {"bytes_toclient", RecordRole::kDestinationBytes},
        {"destination.bytes", RecordRole::kDestinationBytes},
        {"orig_pkts", RecordRole::kSourcePackets},
        {"pkts_toserver", RecordRole::kSourcePackets},
        {"source.packets", RecordRole::kSourcePackets},
        {"resp_pkts", RecordRole::kDestinationPackets},
        {"pkts_toclient", RecordRole::kDestinationPackets},
        {"destination.packets", RecordRole::kDestinationPackets},
    };
    return roles;
}

}  // namespace

std::optional<RecordRole> record_role_of(std::string_view field) {
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

}  // namespace comity::intelligence::match
