// How accounts are called: a person, "amina@cert-ke".
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"

namespace comity::accounts {

inline constexpr std::size_t kMinPasswordCharacters = 12;
inline constexpr std::size_t kMaxPasswordBytes = 1024;

// The member that the account's name ends with. kInvalid unless it is a person, "@" and a member, each formed
// as a member's id (ledger::check_member_id), for audiences name persons in that form.
Result<std::string> member_of(std::string_view account);

// kInvalid where it is too short or too long, or holds a NUL.
Result<void> check_password(std::string_view password);

}  // namespace comity::accounts
