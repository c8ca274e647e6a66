// A witness for tests, and what it has said.
#pragma once

#include <map>
#include <vector>

#include "federation/sightings.h"
#include "federation/witness.h"
#include "network.h"
#include "testing/clock.h"
#include "testing/database.h"

namespace comity::federation::testing {

// A witness on a database of its own, with what it has truly cosigned.
struct TestWitness {
    TestWitness(const std::string& name, std::uint8_t seed, const std::string& logs, std::int64_t now)
        : secret{name + ".example/witness", crypto::KeyType::kEd25519Cosignature,
                 crypto::SecretKey::from_seed(Bytes(32, seed)).value()},
          store(db::Database::Engine::kSqlite),
          database(store.open()),
          clock(Time::from_seconds(now)) {
        sightings = Sightings::open(*database, clock).value();
        witness =
            Witness::open(*database, secret, log::Policy::parse(logs).value(), *sightings, clock).value();
    }
    struct Cosigned {
        NetNode* node = nullptr;
        std::uint64_t size = 0;
        std::int64_t time = 0;
        std::string note;
    };
    // Of the node's newest checkpoint.
    const Cosigned& cosign(NetNode& node) {
        const std::string note = node.node().ledger().checkpoint().value();
        const auto open = log::open_checkpoint(note, node.log_key()).value();
        AddCheckpoint ask{last[&node], {}, note};
        if (ask.old_size > 0)
            ask.proof = node.node().ledger().consistency(ask.old_size, open.checkpoint.size).value();
        const auto answer = witness->add_checkpoint(ask.write());
        EXPECT_TRUE(answer);
        EXPECT_EQ(answer->status, 200) << answer->body;
        last[&node] = open.checkpoint.size;
        const auto whole = crypto::parse_note(note + answer->body).value();
        const Time time =
            log::verify_cosignature(whole.text, whole.signatures.back(), secret.public_part()).value();
        said.push_back({&node, open.checkpoint.size, time.seconds(), whole.write()});
        return said.back();
    }

    crypto::NamedSecret secret;
    comity::testing::TestDatabase store;
    std::unique_ptr<db::Database> database;
    comity::testing::TestClock clock;
    std::unique_ptr<Sightings> sightings;
    std::unique_ptr<Witness> witness;
    std::map<NetNode*, std::uint64_t> last;
    std::vector<Cosigned> said;
};

}  // namespace comity::federation::testing
