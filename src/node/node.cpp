#include "node/node.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "intelligence/search/index.h"
#include "log/policy.h"
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

// A witness' key says "the largest tree I have seen", a mirror's "I have all of it", the log's cosigner's
// "this is my log's": three statements, three keys. Made where there is none, so that a node founded before
// there were witnesses or mirrors gets one.
Result<crypto::NamedSecret> read_cosigning_key(const Config& config, std::string_view role) {
    const std::filesystem::path path = config.data / "keys" / (std::string(role) + ".key");
    if (!std::filesystem::exists(path)) {
        const auto written =
            write_secret_key(path, {config.origin + "/" + std::string(role),
                                    crypto::KeyType::kEd25519Cosignature, crypto::SecretKey::generate()});
        if (!written && written.error().kind != ErrorKind::kConflict) return std::unexpected(written.error());
    }
    return read_secret_key(path);
}

// Without a file it cosigns no log and asks nobody.
Result<log::Policy> read_policy(const Config& config) {
    const std::filesystem::path path = config.data / config.policy_file;  // an absolute one stays as it is
    std::error_code code;
    if (!std::filesystem::exists(path, code) && !code) return log::Policy{};
    std::ifstream in(path, std::ios::binary);
    std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
    if (!in.good() && !in.eof()) return unavailable(path.string(), "cannot be read", "check who may read it");
    auto policy = log::Policy::parse(text);
    if (!policy) return within(path.string(), std::move(policy).error());
    return policy;
}

// Those of the policy and its own.
federation::KnownKeys known_keys(const log::Policy& policy, const ledger::LogIdentity& identity,
                                 const crypto::NamedKey& witness) {
    federation::KnownKeys known{{identity.key.public_part()}, policy.witness_keys()};
    for (const log::Policy::Log& log : policy.logs) {
        if (log.key != known.logs.front()) known.logs.push_back(log.key);
    }
    for (const crypto::NamedKey& own : {identity.cosigner.public_part(), witness}) {
        if (std::ranges::find(known.cosigners, own) == known.cosigners.end()) known.cosigners.push_back(own);
    }
    return known;
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
    COMITY_TRY(crypto::NamedSecret witness, read_cosigning_key(config, "witness"));
    COMITY_TRY(crypto::NamedSecret mirror, read_cosigning_key(config, "mirror"));
    COMITY_TRY(log::Policy policy, read_policy(config));
    std::unique_ptr<Node> node(new Node());
    node->config_ = std::move(config);
    node->clock_ = &clock;
    COMITY_TRY(node->database_, db::Database::open({.url = node->config_.database_url}));
    COMITY_TRY(
        node->accounts_,
        accounts::Accounts::open(*node->database_, {.failures_per_minute = node->config_.failures_per_minute,
                                                    .session_hours = node->config_.session_hours,
                                                    .clock = &clock}));
    node->quorum_ = std::make_unique<federation::Quorum>(identity.key.public_part());
    COMITY_TRY(
        node->ledger_,
        ledger::Ledger::open(*node->database_, {.identity = std::move(identity), .clock = &clock},
                             make_pillars(governance::Keeping{*node->database_, *node->quorum_, clock})));
    COMITY_TRY(node->sightings_, federation::Sightings::open(
                                     *node->database_, clock,
                                     known_keys(policy, node->ledger_->identity(), witness.public_part())));
    COMITY_TRY(node->cosignatures_, federation::Cosignatures::open(*node->database_, policy));
    log::Policy mirrored = policy;
    COMITY_TRY(node->witness_, federation::Witness::open(*node->database_, std::move(witness),
                                                         std::move(policy), *node->sightings_, clock));
    COMITY_TRY(node->tlog_mirror_,
               federation::TlogMirror::open(*node->database_, std::move(mirror), mirrored, clock));
    COMITY_TRY(federation::MirrorStore mirrors, federation::MirrorStore::open(*node->database_));
    node->mirrors_ = std::make_unique<federation::MirrorStore>(mirrors);
    node->growth_ = std::make_unique<federation::GrowthWatch>(*node->ledger_);
    node->neighbours_ = std::make_unique<federation::Neighbours>(
        *node->database_, node->ledger_->identity().key.public_part(), clock);
    COMITY_CHECK(intelligence::search::prepare_index(*node->database_));
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
