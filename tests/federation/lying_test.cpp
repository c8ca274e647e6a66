// A node that lies in every answer that a mirror asks of it: nothing of it gets into a view, two histories
// are kept as evidence, and what was withheld comes from an honest node later.
#include <gmock/gmock.h>

#include <latch>
#include <random>

#include "shelf_source.h"

namespace comity::federation::testing {
namespace {

using comity::testing::indicator;

class Lying : public ::testing::Test {
  protected:
    Lying() {
        a_.submit(community_.charter());
        std::latch all(600);
        for (unsigned n = 0; n < 600; ++n) {
            if (n % 90 == 0) a_.clock().advance_seconds(5);
            a_.node().ledger().submit(community_.share("ke", {indicator(n)}),
                                      [&](auto) { all.count_down(); });
        }
        all.wait();
        a_.clock().advance_seconds(5);
        a_.submit(community_.admission("fr", "newcomer"));
    }

    Result<Synced> sync(LyingSource& source) {
        const Peer peer = b_.peer_of(a_, "a");
        return federation::sync(b_.node().ledger(), b_.node().mirrors(), source, peer, evident());
    }
    SyncOptions evident() { return {.follow = {.sightings = &b_.node().sightings()}}; }
    // What b can show to anybody, each checked.
    std::vector<std::string> proven() {
        std::vector<std::string> kinds;
        const auto kept = b_.node().sightings().evidence(100);
        EXPECT_TRUE(kept);
        for (const FoundEvidence& found : *kept) {
            EXPECT_TRUE(check_evidence(found.evidence));
            kinds.emplace_back(to_string(found.evidence.lie));
        }
        std::ranges::sort(kinds);
        return kinds;
    }
    // Refused, and nothing of the log was taken beyond what is true.
    void expect_refused(LyingSource& source, std::string_view why) {
        const auto synced = sync(source);
        EXPECT_FALSE(synced) << why;
        if (!synced) {
            EXPECT_FALSE(synced.error().message().empty());
        }
    }
    void expect_honest_in_the_end() {
        b_.must_sync_with(a_);
        // What came by a log that contradicts itself stands in b's own log too, in seconds that a has to
        // know.
        if (contradictions() > 0) a_.must_sync_with(b_);
        EXPECT_EQ(b_.views(), a_.views());
        EXPECT_EQ(b_.statements(), a_.statements());
        b_.expect_sound();
        const auto logs = b_.node().mirrors().logs();
        EXPECT_EQ(logs->front().missing, 0U);
    }
    std::size_t contradictions() { return b_.node().mirrors().contradictions()->size(); }
    // A checkpoint that the log itself signs.
    std::string sign(std::uint64_t size, const Digest& root, std::int64_t time) {
        const log::Checkpoint checkpoint{a_.identity().origin, size, root, {}};
        crypto::Note note{checkpoint.text(), {}};
        note.signatures.push_back(crypto::sign_note(note.text, a_.identity().key));
        note.signatures.push_back(log::cosign(note.text, a_.identity().cosigner, Time::from_seconds(time)));
        return note.write();
    }

    Community community_{{"ke", "fr"}};
    NetNode a_{"a.example/log"};
    NetNode b_{"b.example/log"};
};

TEST_F(Lying, CheckpointsOfAnyOtherFormAreRefused) {
    LyingSource source(a_);
    const std::string honest = *a_.node().ledger().checkpoint();
    std::mt19937 random(1);
    for (std::size_t end = 0; end < honest.size(); end += 7) {
        source.on_checkpoint = [&](std::string& note) { note.resize(end); };
        expect_refused(source, "cut off");
    }
    for (int i = 0; i < 40; ++i) {
        const std::size_t at = random() % honest.size();
        source.on_checkpoint = [&](std::string& note) { note[at] = static_cast<char>(note[at] ^ 1); };
        const auto synced = sync(source);
        if (synced) {
            EXPECT_EQ(synced->entries, 0U) << "byte " << at;
        }
    }
    source.on_checkpoint = [](std::string& note) { note = std::string(1 << 18, 'x'); };
    expect_refused(source, "no note");
    EXPECT_EQ(b_.statements(), 0U);
    EXPECT_EQ(contradictions(), 0U);
    expect_honest_in_the_end();
}

TEST_F(Lying, TilesAndEntriesThatAreNotTheTreesAreRefused) {
    LyingSource source(a_);
    const auto change = [](Bytes& bytes, std::size_t at) { bytes[at % bytes.size()] ^= 1; };
    for (const bool entries : {false, true}) {
        for (const std::size_t at : {0U, 5U, 40U, 8000U}) {
            source.on_tile = [&](const log::TilePath& path, Bytes& bytes) {
                if (path.entries == entries) change(bytes, at);
            };
            expect_refused(source, "a byte changed");
        }
        source.on_tile = [&](const log::TilePath& path, Bytes& bytes) {
            if (path.entries == entries) bytes.pop_back();
        };
        expect_refused(source, "too short");
        source.on_tile = [&](const log::TilePath& path, Bytes& bytes) {
            if (path.entries == entries) bytes.resize(bytes.size() + 34);
        };
        expect_refused(source, "too long");
        source.on_tile = [&](const log::TilePath& path, Bytes& bytes) {
            if (path.entries == entries) bytes.clear();
        };
        expect_refused(source, "empty");
    }
    EXPECT_EQ(b_.statements(), 0U);
    EXPECT_EQ(contradictions(), 0U) << "nothing that the log has signed is wrong";
    expect_honest_in_the_end();
}

TEST_F(Lying, TimesThatTheCosignerDidNotStateAreRefused) {
    LyingSource source(a_);
    source.on_checkpoints = [](std::vector<std::string>& notes) { std::ranges::reverse(notes); };
    expect_refused(source, "in another order");
    source.on_checkpoints = [](std::vector<std::string>& notes) { notes.front() = "no note"; };
    expect_refused(source, "no note");
    source.on_checkpoints = [](std::vector<std::string>& notes) {
        notes.insert(notes.begin(), notes.back());
    };
    expect_refused(source, "twice");
    // Somebody else's time on the log's own checkpoint.
    const auto other = comity::testing::make_identity("c.example/log");
    source.on_checkpoints = [&](std::vector<std::string>& notes) {
        auto note = crypto::parse_note(notes.front());
        note->signatures.pop_back();
        note->signatures.push_back(
            log::cosign(note->text, other.cosigner, Time::from_seconds(1'700'000'000)));
        notes.front() = note->write();
    };
    expect_refused(source, "another's time");
    EXPECT_EQ(b_.statements(), 0U);
    expect_honest_in_the_end();
}

TEST_F(Lying, PayloadsThatAreNotTheEntrysAreMissingAndComeLater) {
    LyingSource source(a_);
    std::vector<std::function<void(std::vector<OfferedStatement>&)>> lies{
        [](auto& all) { all.clear(); },
        [](auto& all) { std::swap(all[0].envelope, all[1].envelope); },
        [](auto& all) {
            for (OfferedStatement& one : all) one.index += 1'000'000;
        },
        [](auto& all) {
            for (OfferedStatement& one : all) one.envelope = "{}";
        },
        [](auto& all) {
            for (OfferedStatement& one : all) one.objects.push_back("{}");
        },
        [](auto& all) {
            for (OfferedStatement& one : all) one.objects.clear();
        },
        [](auto& all) {
            for (OfferedStatement& one : all) one.apart = true;
        },
        [](auto& all) { all.insert(all.end(), all.begin(), all.end()); },
        [](auto& all) {  // signatures by nobody: such a statement waits, and counts once the true ones come
            for (OfferedStatement& one : all) {
                auto envelope = crypto::parse_envelope(one.envelope);
                if (envelope) {
                    envelope->signatures.front().signature.bytes[3] ^= 1;
                    one.envelope = envelope->write();
                }
            }
        }};
    std::mt19937 random(3);
    int number = 0;
    for (const auto& lie : lies) {
        NetNode fresh("fresh.example/log");
        const Peer peer = fresh.peer_of(a_, "a");
        source.on_package = lie;
        const auto synced = federation::sync(fresh.node().ledger(), fresh.node().mirrors(), source, peer, {});
        ASSERT_TRUE(synced) << number << ": " << synced.error().message();
        EXPECT_LE(fresh.statements(), a_.statements()) << number;
        fresh.must_sync_with(a_);
        EXPECT_EQ(fresh.views(), a_.views()) << number;
        EXPECT_EQ(fresh.statements(), a_.statements()) << number;
        fresh.expect_sound();
        ++number;
    }
}

TEST_F(Lying, AnotherHistoryOfTheSameSizeIsKeptAsEvidence) {
    b_.must_sync_with(a_);
    LyingSource source(a_);
    source.on_checkpoint = [&](std::string& note) {
        const auto open = log::open_checkpoint(note, a_.log_key());
        note = sign(open->checkpoint.size, log::leaf_hash(as_bytes("other")), 1'760'000'100);
    };
    const auto synced = sync(source);
    ASSERT_FALSE(synced);
    EXPECT_EQ(synced.error().kind, ErrorKind::kConflict) << synced.error().message();
    ASSERT_EQ(contradictions(), 1U);
    EXPECT_THAT(proven(), ::testing::Contains("split-view"));
    const auto kept = b_.node().mirrors().contradictions()->front();
    EXPECT_TRUE(log::open_checkpoint(kept.earlier, a_.log_key()));
    EXPECT_TRUE(log::open_checkpoint(kept.later, a_.log_key()));
    expect_refused(source, "again");
    EXPECT_EQ(contradictions(), 1U) << "it is kept once";
    expect_honest_in_the_end();
}

TEST_F(Lying, AHistoryWrittenAnewIsKeptAsEvidence) {
    b_.must_sync_with(a_);
    // The log's operator forges another tree of more entries, whole and signed.
    log::Frontier forged;
    Bytes level0;
    Bytes entries;
    for (unsigned n = 0; n < 5; ++n) {
        const Digest id = log::leaf_hash(as_bytes(std::to_string(n)));
        forged.append(log::leaf_hash(id.view()));
        append(level0, log::leaf_hash(id.view()).view());
        ASSERT_TRUE(log::append_entry(entries, id.view()));
    }
    // Smaller than what was verified, and signed later: rolled back.
    LyingSource source(a_);
    source.on_checkpoint = [&](std::string& note) { note = sign(5, forged.root(), 1'999'999'999); };
    auto synced = sync(source);
    ASSERT_FALSE(synced);
    EXPECT_EQ(synced.error().kind, ErrorKind::kConflict) << synced.error().message();
    EXPECT_EQ(contradictions(), 1U);
    EXPECT_EQ(proven(), std::vector<std::string>{"rollback"});
    // Larger: each tile true to the forged root, none to what was signed before.
    NetNode c("a.example/log");
    c.submit(community_.charter());
    for (unsigned n = 0; n < 700; ++n)
        c.node().ledger().submit(community_.share("fr", {indicator(n)}), [](auto) {});
    c.submit(community_.share("fr", {indicator(7777)}));
    LyingSource other(c);
    const auto head = log::open_checkpoint(*c.node().ledger().checkpoint(), c.log_key());
    const std::string signed_note = sign(head->checkpoint.size, head->checkpoint.root, 1'999'999'999);
    class Resigned final : public ShelfSource {
      public:
        Resigned(NetNode& node, NetNode& name, std::string note)
            : ShelfSource(node),
              own_(node.log_key()),
              named_(name.log_key()),
              cosigner_(name.cosigner_key()),
              note_(std::move(note)) {}
        Result<std::vector<OfferedLog>> logs() override {
            return std::vector{OfferedLog{named_, cosigner_, note_, true}};
        }
        Result<std::string> checkpoint(const OfferedLog&) override { return note_; }
        Result<Bytes> tile(const OfferedLog& log, const log::TilePath& path) override {
            return ShelfSource::tile(renamed(log), path);
        }
        Result<std::vector<std::string>> checkpoints(const OfferedLog&, std::uint64_t) override {
            return std::vector<std::string>();
        }
        Result<std::vector<OfferedStatement>> package(const OfferedLog& log, std::uint64_t n) override {
            return ShelfSource::package(renamed(log), n);
        }

      private:
        OfferedLog renamed(OfferedLog log) const {
            log.key = own_;
            return log;
        }
        crypto::NamedKey own_, named_, cosigner_;
        std::string note_;
    } forger(c, a_, signed_note);
    const Peer peer = b_.peer_of(a_, "a");
    synced = federation::sync(b_.node().ledger(), b_.node().mirrors(), forger, peer, evident());
    ASSERT_FALSE(synced);
    EXPECT_EQ(synced.error().kind, ErrorKind::kConflict) << synced.error().message();
    EXPECT_EQ(contradictions(), 2U);
    EXPECT_THAT(proven(), ::testing::Contains("dropped-entries"));
    EXPECT_EQ(b_.statements(), a_.statements()) << "nothing of the forged history was taken";
    expect_honest_in_the_end();
}

}  // namespace
}  // namespace comity::federation::testing
