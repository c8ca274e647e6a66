// What the fields of logs stand for, by the names that tools give them.
#pragma once

#include <optional>
#include <string_view>

namespace comity::intelligence::match {

enum class RecordRole {
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
    kMailFrom,
    kMailSender,
    kMailTo,
    kSubject,
    kJa3,
    kJa4,
    kSourceBytes,
    kDestinationBytes,
    kSourcePackets,
    kDestinationPackets,
    kUser,
};

// By a field's whole name without indices, in any case, or by the last part of one with dots; nothing: it
// says nothing that an observable has a place for.
std::optional<RecordRole> record_role_of(std::string_view field);

}  // namespace comity::intelligence::match
