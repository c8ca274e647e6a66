#include "accounts/name.h"

#include <fmt/format.h>

#include "ledger/statement.h"

namespace comity::accounts {

Result<std::string> member_of(std::string_view account) {
    const std::size_t at = account.find('@');
    if (at == std::string_view::npos) {
        return invalid("account", "has no @", "write it as amina@cert-ke: the person, @, the member");
    }
    COMITY_CHECK(ledger::check_member_id(account.substr(0, at), "account"));
    const std::string_view member = account.substr(at + 1);
    COMITY_CHECK(ledger::check_member_id(member, "account"));
    return std::string(member);
}

Result<void> check_password(std::string_view password) {
    if (password.size() > kMaxPasswordBytes) {
        return invalid("password", fmt::format("is longer than {} bytes", kMaxPasswordBytes),
                       "take a shorter one");
    }
    std::size_t characters = 0;
    for (const char c : password) characters += (static_cast<unsigned char>(c) & 0xc0) != 0x80 ? 1 : 0;
    if (characters < kMinPasswordCharacters) {
        return invalid("password", fmt::format("has fewer than {} characters", kMinPasswordCharacters),
                       "four random words make a good one");
    }
    if (password.find('\0') != std::string_view::npos)
        return invalid("password", "holds a NUL character", "remove it");
    return {};
}

}  // namespace comity::accounts
