#include "cli/keys.h"

#include <fmt/format.h>

#include <algorithm>

#include "cli/files.h"
#include "node/key_files.h"

namespace comity::cli {

namespace {

constexpr std::size_t kMaxKeyFile = 4096;

std::string trimmed(std::string_view text) {
    const std::size_t first = text.find_first_not_of(" \t\r\n");
    if (first == std::string_view::npos) return {};
    return std::string(text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1));
}

}  // namespace

Result<crypto::NamedKey> read_public_key(Context& context, const std::string& text_or_file) {
    std::error_code ignored;
    const bool is_file = text_or_file == "-" || std::filesystem::exists(text_or_file, ignored);
    const bool like_key = std::ranges::count(text_or_file, '+') >= 2;
    if (!is_file && !like_key) {
        return not_found(fmt::format("{}: no such file, and no public key", text_or_file),
                         "give NAME.pub or its text, NAME+ID+KEY");
    }
    std::string text = text_or_file;
    if (is_file) {
        COMITY_TRY(text, read_file(context, text_or_file, kMaxKeyFile));
    }
    text = trimmed(text);
    const std::string where = is_file ? text_or_file : "key";
    if (text.starts_with("PRIVATE+KEY+"))
        return refused(where, "is a secret key", "give its public part, NAME.pub");
    auto key = crypto::parse_public_key(text);
    if (!key) return within(where, std::move(key).error());
    return key;
}

std::filesystem::path keys_folder(const Context& context) {
    return data_folder(context) / "keys";
}

Result<std::vector<crypto::NamedSecret>> member_secrets(Context& context) {
    std::vector<std::filesystem::path> files;
    std::error_code code;
    for (std::filesystem::directory_iterator entry(keys_folder(context), code), end; !code && entry != end;
         entry.increment(code)) {
        const std::filesystem::path& path = entry->path();
        const bool nodes_own = path.filename() == "log.key" || path.filename() == "cosigner.key" ||
                               path.filename() == "witness.key";
        if (path.extension() != ".key" || nodes_own) continue;
        files.push_back(path);
    }
    if (code && code != std::errc::no_such_file_or_directory) {
        return unavailable(keys_folder(context).string(), code.message(), "check who may read the folder");
    }
    std::ranges::sort(files);
    std::vector<crypto::NamedSecret> secrets;
    for (const auto& file : files) {
        COMITY_TRY(crypto::NamedSecret secret, node::read_secret_key(file));
        secrets.push_back(std::move(secret));
    }
    return secrets;
}

}  // namespace comity::cli
