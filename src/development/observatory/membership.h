// development.membership: which places belong to which groups, from when until when: least developed,
// landlocked, small islands, income, region.
//
//     body {"scheme":"un-ldc", "title"?, "source":"UN Committee for Development Policy", "licence"?,
//     "edition":"2024-12",
//           "revision"?, "groups":[{"id":"ldc", "title"?,
//           "members":[["AFG",1971,null],["BWA",1971,1994],...]}]}
//         a member is a place, the first year in which it belongs and the first in which it no longer does:
//         [from, to); null: from the beginning, without an end. One place is in one group of a scheme at a
//         time. Who is in none is in the group "other".
//     A later edition (by its bytes), or a higher revision of it, replaces the same author's of the same
//     scheme.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "json/value.h"

namespace comity::development {

inline constexpr std::string_view kMembership = "development.membership";
inline constexpr std::string_view kOtherGroup = "other";

struct Member {
    std::string place{};
    std::optional<int> from{};
    std::optional<int> to{};
    bool in(int year) const { return (!from || year >= *from) && (!to || year < *to); }
    friend bool operator==(const Member&, const Member&) = default;
};

struct MemberGroup {
    std::string id{};
    std::string title{};
    std::vector<Member> members{};
    friend bool operator==(const MemberGroup&, const MemberGroup&) = default;
};

struct MembershipBody {
    std::string scheme{};
    std::string title{};
    std::string source{};
    std::string licence{};
    std::string edition{};
    std::int64_t revision = 0;
    std::vector<MemberGroup> groups{};
    friend bool operator==(const MembershipBody&, const MembershipBody&) = default;
};

// kInvalid with the field: an unknown place, an interval that ends before it begins, a place in two groups at
// a time.
Result<MembershipBody> parse_membership(const json::Value& body);
json::Object membership_json(const MembershipBody& body);

// The group that a place is in, in that year; kOtherGroup where it is in none.
std::string_view group_of(const MembershipBody& scheme, std::string_view place, int year);
// The same of all places that are in one.
std::map<std::string_view, std::string_view> groups_in(const MembershipBody& scheme, int year);

}  // namespace comity::development
