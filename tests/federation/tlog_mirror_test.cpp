// A mirror as C2SP tlog-mirror has it, over real connections: a node sends its log to another's mirror, which
// cosigns once it has all of it; what is sent wrong is refused, whatever it is, and what came before it
// stays.
#include "federation/tlog_mirror.h"

#include <gmock/gmock.h>

#include <random>
#include <thread>

#include "crypto/sha256.h"
#include "federation/collector.h"
#include "http/gzip.h"
#include "network.h"
#include "testing/forged_log.h"

namespace comity::federation::testing {
namespace {

using comity::testing::ForgedLog;
using comity::testing::indicator;

void add_doors(http::Router& router, node::Node& node) {
    api::rest::add_routes(router, node);
    api::tlog::add_routes(router, node);
}

std::unique_ptr<ServedNode> mirror_of(const crypto::NamedKey& log) {
    return std::make_unique<ServedNode>(
        add_doors,
        comity::testing::ServedNodeOptions{.origin = "mirror.example/log",
                                           .policy = fmt::format("log {}\nquorum none\n", log.text())});
}

std::string place(const std::string& origin) {
    return "/mirror/" + crypto::sha256(as_bytes(origin)).hex() + "/";
}

TEST(TlogMirror, GetsALogFromItsNodeAndServesItCosigned) {
    NetNode source("source.example/log");
    const auto mirror = mirror_of(source.log_key());
    Community community({"ke", "fr"});
    source.submit(community.charter());
    for (unsigned n = 0; n < 700; ++n)
        source.node().ledger().submit(community.share("ke", {indicator(n)}), [](auto) {});
    source.submit(community.share("ke", {indicator(9999)}));
    const auto policy =
        log::Policy::parse(fmt::format("log {}\nwitness m {} {}/witness\nquorum m\n", source.log_key().text(),
                                       mirror->node().tlog_mirror().key().text(), mirror->address()));
    ASSERT_TRUE(policy) << policy.error().message();
    const auto cosignatures = Cosignatures::open(source.node().database(), *policy);
    ASSERT_TRUE(cosignatures);
    const auto met = [&](std::uint64_t size) {
        const auto newest = (*cosignatures)->newest_met();
        return newest && *newest && (*newest)->size >= size;
    };
    const Collector collector(source.node().ledger(), **cosignatures, source.clock(),
                              {.poll = std::chrono::milliseconds(20)});
    unsigned there = 702;
    for (const unsigned size : {702U, 703U, 960U}) {
        for (; there < size; ++there)
            source.node().ledger().submit(community.share("ke", {indicator(20'000 + there)}), [](auto) {});
        for (int i = 0; i < 1000 && !met(size); ++i)
            std::this_thread::sleep_for(std::chrono::milliseconds(20));
        ASSERT_TRUE(met(size)) << size;
        const std::string base = place("source.example/log");
        const auto note = mirror->send(http::Method::kGet, base + "checkpoint");
        ASSERT_EQ(note.status, 200);
        const auto open = log::open_checkpoint(note.bytes(), source.log_key());
        ASSERT_TRUE(open);
        EXPECT_EQ(open->checkpoint.size, size);
        const auto cosigned = std::ranges::count_if(open->note.signatures, [&](const auto& signature) {
            return log::verify_cosignature(open->note.text, signature, mirror->node().tlog_mirror().key())
                .has_value();
        });
        EXPECT_EQ(cosigned, 1);
        for (std::uint64_t n = 0; n * 256 < size; ++n) {
            for (const bool entries : {true, false}) {
                const log::TilePath path{
                    .entries = entries, .level = 0, .index = n, .width = log::tile_width(0, n, size)};
                EXPECT_EQ(mirror->send(http::Method::kGet, base + path.text()).bytes(),
                          source.send(http::Method::kGet, "/log/" + path.text()).bytes())
                    << path.text();
            }
        }
        const log::TilePath upper{
            .entries = false, .level = 1, .index = 0, .width = log::tile_width(1, 0, size)};
        EXPECT_EQ(mirror->send(http::Method::kGet, base + upper.text()).bytes(),
                  source.send(http::Method::kGet, "/log/" + upper.text()).bytes());
        const log::TilePath beyond{
            .entries = true, .level = 0, .index = size / 256, .width = static_cast<unsigned>(size % 256) + 1};
        EXPECT_EQ(mirror->send(http::Method::kGet, base + beyond.text()).status, 404);
    }
}

// A log of anybody's, with entries of any bytes.
class Pushed : public ::testing::Test {
  protected:
    Pushed() {
        for (std::size_t n = 0; n < 600; ++n)
            entries_.push_back(std::string(n % 50, 'x') + std::to_string(n));
        for (const std::string& entry : entries_) history_.leaves.push_back(log::leaf_hash(as_bytes(entry)));
    }
    void pend(std::uint64_t old_size, std::uint64_t size) {
        AddCheckpoint request{old_size, {}, log_.note(history_, size)};
        if (old_size > 0) request.proof = history_.consistency(old_size, size);
        ASSERT_EQ(mirror_->send(http::Method::kPost, "/witness/add-checkpoint", {}, request.write()).status,
                  200);
    }
    std::string packages(std::uint64_t start, std::uint64_t end, std::uint64_t stop = UINT64_MAX) const {
        std::string body;
        for (std::uint64_t at = start; at < std::min(end, stop);) {
            const std::uint64_t first = at - at % 256;
            const std::uint64_t last = std::min(end, first + 256);
            Bytes bundle;
            for (; at < last; ++at) EXPECT_TRUE(log::append_entry(bundle, as_bytes(entries_[at])));
            body += as_text(bundle);
            const auto proof = log::subtree_proof(first, last, end, history_.reader());
            body += static_cast<char>(proof->size());
            for (const Digest& hash : *proof) body += as_text(hash.view());
        }
        return body;
    }
    std::string upload(std::uint64_t start, std::uint64_t end, std::uint64_t stop = UINT64_MAX) const {
        return mirror_upload_head(log_.origin(), start, end, "") + packages(start, end, stop);
    }
    http::Response add(const std::string& body, const http::Client::Headers& headers = {}) {
        return mirror_->send(http::Method::kPost, "/witness/add-entries", headers, body);
    }
    std::uint64_t next() {
        const auto told = MirrorInfo::parse(add(upload(600, 600)).bytes());
        return told ? told->next : UINT64_MAX;
    }

    const ForgedLog log_{"anybody.example/log"};
    ForgedLog::History history_;
    std::vector<std::string> entries_;
    std::unique_ptr<ServedNode> mirror_ = mirror_of(log_.key());
};

TEST_F(Pushed, IsTakenInPartsAndCosignedAtTheEnd) {
    EXPECT_EQ(add(upload(0, 300)).status, 422) << "no checkpoint is pending";
    pend(0, 300);
    EXPECT_EQ(mirror_->send(http::Method::kGet, place(log_.origin()) + "checkpoint").status, 404);
    EXPECT_EQ(add(upload(10, 300)).status, 409) << "it lacks the first ten";
    auto answer = add(upload(0, 300, 256));
    EXPECT_EQ(answer.status, 202);
    EXPECT_EQ(answer.bytes(), "300\n256\n\n");
    EXPECT_EQ(add(upload(300, 300)).bytes(), "300\n256\n\n");
    const auto packed = http::gzip(upload(256, 300));
    ASSERT_TRUE(packed);
    EXPECT_EQ(add(*packed, {{"Content-Encoding", "gzip"}}).status, 200);
    EXPECT_EQ(add(upload(0, 300)).status, 200) << "what is here already does no harm";
    pend(300, 600);
    EXPECT_EQ(add(upload(290, 600)).status, 200);
    const auto note = mirror_->send(http::Method::kGet, place(log_.origin()) + "checkpoint");
    EXPECT_EQ(log::open_checkpoint(note.bytes(), log_.key())->checkpoint.size, 600U);
    EXPECT_EQ(add(upload(0, 300)).status, 409) << "it never goes back";
}

TEST_F(Pushed, WrongInAnyWayIsRefusedAndNothingOfItKept) {
    pend(0, 600);
    EXPECT_EQ(add("").status, 400);
    EXPECT_EQ(add(mirror_upload_head("nobody.example/log", 0, 600, "") + packages(0, 600)).status, 404);
    EXPECT_EQ(add(upload(0, 599)).status, 409) << "never pending";
    EXPECT_EQ(add(mirror_upload_head(log_.origin(), 5, 4, "")).status, 400);
    const std::string good = upload(0, 600);
    std::mt19937 random(4);
    for (int i = 0; i < 60; ++i) {
        std::string bad = good;
        const std::size_t at = random() % bad.size();
        if (i % 2 == 0) {
            bad[at] = static_cast<char>(bad[at] ^ 1 << random() % 8);
        } else {
            bad.resize(at);
        }
        const int status = add(bad).status;
        EXPECT_THAT(status, ::testing::AnyOf(202, 400, 404, 409, 422)) << at;
        EXPECT_EQ(mirror_->send(http::Method::kGet, place(log_.origin()) + "checkpoint").status, 404) << at;
    }
    EXPECT_EQ(next() % 256, 0U) << "whole packages that hold, and no others";
    EXPECT_EQ(add(good).status, 200);
}

}  // namespace
}  // namespace comity::federation::testing
