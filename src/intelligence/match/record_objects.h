// A record of a log as the STIX observables that it tells of: what patterns are held against.
//
//     fields                                       observables
//     any address                                  ipv4-addr, ipv6-addr
//     query, rrname, host, server_name, ...        domain-name; with answers, resolves_to_refs
//     a URL, or a host beside a path               url
//     md5, sha1, sha256, sha512, ssdeep, filename  file with hashes and name
//     source and destination, ports, protocol      network-traffic; method, path, agent: its http-request-ext
//     ja3, ja4; bytes and packets                  network-traffic's x_tls_ja3, x_tls_ja4; src_byte_count,
//     ... from, mailfrom, to, rcptto, subject, ...     email-addr; email-message with from_ref, to_refs,
//     subject user, username                               user-account
//
// In one spelling each: names, sums and protocols in lower case, names without a last dot, addresses as RFC
// 5952 has them.
#pragma once

#include <deque>
#include <string_view>
#include <vector>

#include "intelligence/match/fields.h"
#include "intelligence/pattern/observation.h"

namespace comity::intelligence::match {

// The observables of one record, and an observation of them. Stays where it is.
class RecordObjects {
  public:
    RecordObjects(const std::vector<Field>& fields, Time at);
    RecordObjects(const RecordObjects&) = delete;
    RecordObjects& operator=(const RecordObjects&) = delete;

    const Observation& observation() const { return observation_; }

  private:
    struct Roles;
    void take(const Field& field, Roles& roles);
    void connect(const Roles& roles);
    // The name of the object of that type with that value; it is made where there is none.
    std::string named(std::string_view type, std::string_view value);
    std::string address(std::string_view text);  // empty: it is none
    std::string domain(std::string_view text);   // likewise
    std::string mail_address(std::string_view text);
    json::Object* object(std::string_view name);

    std::deque<json::Value> objects_;
    Observation observation_;
};

// Is there an object of that type in some record that may have that property? What asks for any other is held
// against records in vain.
bool records_tell_of(std::string_view type, std::string_view property);

}  // namespace comity::intelligence::match
