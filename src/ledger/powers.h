// What a key of a member may sign: everything, or, where the member gives it to a delegate, what these powers
// say. docs/formats.md, "Delegates".
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace comity::ledger {

// What a member can give to a delegate.
inline constexpr std::string_view kPowers[] = {"accede", "propose", "publish", "speak", "vote"};
// That of an officer with a recovery key, which the member registers in another way, and what it is for.
inline constexpr std::string_view kRecoverPower = "recover";
inline constexpr std::string_view kRecoveryRequest = "governance.recovery-request";

// The power that it takes to sign a statement of the type; empty: no delegate can (who is a member, which
// keys it has, what its node is). Of a type that nobody here knows: "publish".
std::string_view power_for(std::string_view type);
bool has_power(std::span<const std::string> powers, std::string_view type);

}  // namespace comity::ledger
