#include "bench/load.h"

#include <condition_variable>
#include <mutex>

#include "bench/must.h"
#include "node/key_files.h"

namespace comity::bench {
Bed::Bed() : community_({"cert-ke", "cert-fr"}), key_(community_.key("cert-ke").public_part()) {
    node::Config config = must(node::parse_config("", "comity.toml", folder_.path() / "node"));
    config.origin = "bench.example/log";
    node_ = must(node::Node::create(config));
    must(ledger().submit({community_.charter().write(), {}, {}}));
}

std::vector<ledger::Submission> Bed::make_shares(std::size_t count) {
    std::vector<ledger::Submission> shares;
    shares.reserve(count);
    for (std::size_t i = 0; i < count; ++i) shares.push_back(share(made_++));
    return shares;
}

ledger::Submission Bed::share(unsigned n) {
    return community_.share("cert-ke", {testing::indicator(n)});
}

void Bed::hold_key() {
    const crypto::NamedSecret key{"cert-ke", crypto::KeyType::kEd25519, crypto::SecretKey::generate()};
    must(node::write_secret_key(node_->config().data / "keys/cert-ke.key", key));
    const auto addition =
        community_.statement("cert-ke", governance::kKeyAddition,
                             {{"key", json::Object{{"key", key.public_part().text()}, {"custody", true}}}});
    must(ledger().submit({addition.write(), {}, {}}));
}

std::string Bed::token() {
    must(node_->accounts().add("bench@cert-ke", "a password of the bench", true));
    return must(node_->accounts().create_token("bench@cert-ke", "bench",
                                               {accounts::Scope::kRead, accounts::Scope::kSubmit},
                                               std::nullopt))
        .secret;
}

std::vector<ledger::Submission> Bed::make_large_shares(std::size_t count, std::size_t objects) {
    std::vector<ledger::Submission> shares;
    for (std::size_t i = 0; i < count; ++i) {
        std::vector<std::string> list;
        list.reserve(objects);
        for (std::size_t k = 0; k < objects; ++k) list.push_back(indicator(made_++));
        shares.push_back(community_.share("cert-ke", std::move(list)));
    }
    return shares;
}

// As real ones are spread: a random UUID (made of the number), and some 700 bytes.
std::string indicator(std::uint64_t n) {
    std::uint64_t a = (n + 1) * 0x9e3779b97f4a7c15U;
    a ^= a >> 31;
    std::uint64_t b = a * 0xbf58476d1ce4e5b9U;
    b ^= b >> 27;
    return fmt::format(
        R"({{"type":"indicator","spec_version":"2.1","id":"indicator--{:08x}-{:04x}-4{:03x}-8{:03x}-{:012x}",)"
        R"("created_by_ref":"identity--733c5838-34d9-4fbf-949c-62aba761184c","created":"2026-01-01T00:00:00.000Z",)"
        R"("modified":"2026-01-01T00:00:00.000Z","name":"Command and control of campaign {}","description":)"
        R"("Seen in outgoing connections of several members; the host answers on port 443 with a certificate )"
        R"(that this family makes for itself. First reported by a bank in the region.","indicator_types":)"
        R"(["malicious-activity"],"pattern":"[ipv4-addr:value = '198.51.{}.{}']","pattern_type":"stix",)"
        R"("valid_from":"2026-01-01T00:00:00Z","labels":["campaign-{}","c2"],"confidence":{}}})",
        static_cast<std::uint32_t>(a), (a >> 32) & 0xffff, b & 0xfff, (b >> 12) & 0xfff,
        (a ^ (b << 7)) & 0xffffffffffff, n % 977, n / 256 % 256, n % 256, n % 31, n % 101);
}

void submit_all(ledger::Ledger& ledger, std::vector<ledger::Submission> submissions, std::size_t under_way) {
    std::mutex mutex;
    std::condition_variable changed;
    std::size_t waiting = 0;
    std::size_t next = 0;
    std::size_t done = 0;
    std::unique_lock lock(mutex);
    while (done < submissions.size()) {
        changed.wait(lock, [&] {
            return done == submissions.size() || (waiting < under_way && next < submissions.size());
        });
        while (waiting < under_way && next < submissions.size()) {
            ledger::Submission submission = std::move(submissions[next++]);
            ++waiting;
            lock.unlock();
            ledger.submit(std::move(submission), [&](Result<ledger::Receipt> receipt) {
                must(std::move(receipt));
                const std::lock_guard inner(mutex);
                --waiting;
                ++done;
                // Woken for a quarter at a time: a thread for each submitter would be woken by its own
                // answer.
                if (waiting <= under_way * 3 / 4 || done == submissions.size()) changed.notify_one();
            });
            lock.lock();
        }
    }
}

}  // namespace comity::bench
