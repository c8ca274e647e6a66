// A node's process that is made to be killed (see crash_test.cpp): it appends shares of three objects each
// from several threads and writes what it was told to standard output, each line in one write:
//     id <hex>              acknowledged
//     checkpoint <size> <root in hex>
// Arguments: the database's URL, the log's origin, the log's secret key, its cosigner's, the community's id,
// the author, the author's secret key. It ends by itself only where something goes wrong.
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <thread>

#include "node/pillars.h"
#include "testing/community.h"

namespace {

using namespace comity;

constexpr int kThreads = 6;

void tell(const std::string& line) {
    if (::write(STDOUT_FILENO, line.data(), line.size()) != static_cast<ssize_t>(line.size())) _exit(1);
}

[[noreturn]] void give_up(const Error& error) {
    std::fprintf(stderr, "crash_writer: %s\n", error.message().c_str());
    _exit(1);
}

template <typename T>
T must(Result<T> result) {
    if (!result) give_up(result.error());
    return *std::move(result);
}

void write_on(ledger::Ledger& ledger, const Digest& community, const crypto::NamedSecret& author,
              std::atomic<unsigned>& next) {
    for (;;) {
        const unsigned n = next.fetch_add(3);
        std::vector<std::string> objects;
        std::vector<Digest> leaves;
        for (unsigned i = 0; i < 3; ++i) {
            objects.push_back(testing::indicator(n + i));
            leaves.push_back(log::leaf_hash(as_bytes(objects.back())));
        }
        const ledger::Draft draft{
            community,
            "intelligence.share",
            author.name,
            {ledger::Tlp::kGreen, {}, {}, {}},
            {{"objects", json::Object{{"count", 3}, {"root", log::root_of(leaves).hex()}}}}};
        const auto envelope = ledger::sign_statement(draft, system_clock().now(), author);
        const auto receipt = must(ledger.submit({envelope.write(), std::move(objects), {}}));
        tell("id " + receipt.id.hex() + "\n");
        if (receipt.index % 16 != 0) continue;
        const auto note = must(ledger.checkpoint());
        const auto opened = must(log::open_checkpoint(note, ledger.identity().key.public_part()));
        tell(fmt::format("checkpoint {} {}\n", opened.checkpoint.size, opened.checkpoint.root.hex()));
    }
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 8) return 2;
    const auto database = must(db::Database::open({.url = argv[1]}));
    const ledger::LedgerOptions options{
        {argv[2], must(crypto::parse_secret_key(argv[3])), must(crypto::parse_secret_key(argv[4]))}};
    const Digest community = must(Digest::from_hex(argv[5]));
    const crypto::NamedSecret author{argv[6], crypto::KeyType::kEd25519,
                                     must(crypto::parse_secret_key(argv[7])).key};
    const auto ledger = must(ledger::Ledger::open(*database, options, node::make_pillars()));
    std::atomic<unsigned> next{static_cast<unsigned>(getpid()) * 4096U};
    std::vector<std::thread> threads;
    for (int i = 0; i < kThreads; ++i)
        threads.emplace_back([&] { write_on(*ledger, community, author, next); });
    for (std::thread& thread : threads) thread.join();
}
