#include "node/node.h"

#include "node/key_files.h"
#include "node/pillars.h"

namespace comity::node {
namespace {

Failure no_node(const Config& config) {
    return not_found(config.data.string() + ": there is no node in this folder",
                     "found a community: comity community found, or name the folder: --data DIR");
}

std::filesystem::path log_key(const Config& config) {
    return config.data / "keys" / "log.key";
}
std::filesystem::path cosigner_key(const Config& config) {
    return config.data / "keys" / "cosigner.key";
}

Result<ledger::LogIdentity> read_identity(const Config& config) {
    COMITY_TRY(crypto::NamedSecret key, read_secret_key(log_key(config)));
    COMITY_TRY(crypto::NamedSecret cosigner, read_secret_key(cosigner_key(config)));
    if (key.name != config.origin) {
        return invalid(log_key(config).string(),
                       "is the key of the log '" + key.name + "', not '" + config.origin + "'",
                       "set log.origin in comity.toml to '" + key.name + "'");
    }
    return ledger::LogIdentity{config.origin, std::move(key), std::move(cosigner)};
}

}  // namespace

Result<std::unique_ptr<Node>> Node::open(Config config, Clock& clock) {
    if (!std::filesystem::exists(log_key(config))) return no_node(config);
    // Without an origin of its own in the configuration, the log's name is the one its key bears.
    if (config.origin.empty()) {
        COMITY_TRY(const crypto::NamedSecret key, read_secret_key(log_key(config)));
        config.origin = key.name;
    }
    COMITY_TRY(ledger::LogIdentity identity, read_identity(config));
    std::unique_ptr<Node> node(new Node());
    node->config_ = std::move(config);
    node->clock_ = &clock;
    COMITY_TRY(node->database_, db::Database::open({.url = node->config_.database_url}));
    COMITY_TRY(
        node->accounts_,
        accounts::Accounts::open(*node->database_, {.failures_per_minute = node->config_.failures_per_minute,
                                                    .session_hours = node->config_.session_hours,
                                                    .clock = &clock}));
    COMITY_TRY(node->ledger_,
               ledger::Ledger::open(*node->database_, {.identity = std::move(identity), .clock = &clock},
                                    make_pillars()));
    return node;
}

Result<std::unique_ptr<Node>> Node::create(Config config, Clock& clock) {
    std::error_code failed;
    std::filesystem::create_directories(config.data / "keys", failed);
    if (!failed) std::filesystem::permissions(config.data, std::filesystem::perms::owner_all, failed);
    if (failed)
        return unavailable(config.data.string(), failed.message(),
                           "choose a folder that you may write: --data DIR");
    if (!std::filesystem::exists(log_key(config))) {
        if (config.origin.empty()) {
            return invalid("log.origin", "is not set",
                           "name the log as others will know it, as example.org/log");
        }
        COMITY_CHECK(crypto::check_key_name(config.origin));
        COMITY_CHECK(write_secret_key(
            log_key(config), {config.origin, crypto::KeyType::kEd25519, crypto::SecretKey::generate()}));
    }
    if (!std::filesystem::exists(cosigner_key(config))) {
        COMITY_TRY(const crypto::NamedSecret key, read_secret_key(log_key(config)));
        COMITY_CHECK(write_secret_key(
            cosigner_key(config),
            {key.name + "/cosigner", crypto::KeyType::kEd25519Cosignature, crypto::SecretKey::generate()}));
    }
    return open(std::move(config), clock);
}

}  // namespace comity::node
