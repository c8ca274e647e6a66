#include <fmt/format.h>

#include <filesystem>
#include <memory>
#include <ostream>

#include "cli/command.h"
#include "cli/commands.h"
#include "cli/keys.h"
#include "cli/output.h"
#include "cli/vote/print_tally.h"
#include "federation/carry_file.h"
#include "federation/http_source.h"
#include "federation/recount.h"
#include "federation/shelf.h"
#include "node/node.h"

namespace comity::cli {

namespace {

constexpr std::size_t kCheckpointsAtOnce = 500;  // checkpoints

struct VoteRecountOptions {
    std::string id;
    std::string from;
    std::vector<std::string> keys;
};

// The logs of a data folder: the node's own, and those that it mirrors. Read as the public reads.
class FolderSource final : public federation::PeerSource {
  public:
    explicit FolderSource(std::unique_ptr<node::Node> node)
        : node_(std::move(node)), shelf_(node_->ledger(), node_->mirrors()) {}

    Result<std::vector<federation::OfferedLog>> logs() override {
        COMITY_TRY(const auto held, shelf_.logs());
        std::vector<federation::OfferedLog> logs;
        for (const federation::HeldLog& one : held) logs.push_back(one.offer);
        return logs;
    }
    Result<std::string> checkpoint(const federation::OfferedLog& log) override {
        COMITY_TRY(const auto held, shelf_.find(federation::log_name(log.key)));
        return held.offer.checkpoint;
    }
    Result<Bytes> tile(const federation::OfferedLog& log, const log::TilePath& path) override {
        COMITY_TRY(const auto held, shelf_.find(federation::log_name(log.key)));
        return shelf_.tile(held, path);
    }
    Result<std::vector<std::string>> checkpoints(const federation::OfferedLog& log,
                                                 std::uint64_t after) override {
        COMITY_TRY(const auto held, shelf_.find(federation::log_name(log.key)));
        COMITY_TRY(const auto timed, shelf_.checkpoints(held, after, kCheckpointsAtOnce));
        std::vector<std::string> notes;
        for (const federation::TimedCheckpoint& one : timed) notes.push_back(one.note);
        return notes;
    }
    Result<std::vector<federation::OfferedStatement>> package(const federation::OfferedLog& log,
                                                              std::uint64_t package) override {
        COMITY_TRY(const auto held, shelf_.find(federation::log_name(log.key)));
        return shelf_.package(held, package, {});
    }
    Result<std::vector<std::string>> objects(const Digest& statement, std::uint64_t) override {
        return node_->ledger().objects(statement);
    }
    Result<std::string> attachment(const Digest& statement, const ledger::AttachmentRef& ref) override {
        return node_->ledger().attachment({}, statement, ref.sha256);
    }

  private:
    std::unique_ptr<node::Node> node_;
    federation::Shelf shelf_;
};

Result<std::unique_ptr<federation::PeerSource>> open_source(Context& context,
                                                            const VoteRecountOptions& options) {
    if (options.from.starts_with("http://") || options.from.starts_with("https://")) {
        federation::LineOptions line;
        line.url = options.from;
        while (line.url.ends_with('/')) line.url.pop_back();
        return std::make_unique<federation::HttpSource>(std::move(line));
    }
    std::error_code ignored;
    if (std::filesystem::is_regular_file(options.from, ignored)) {
        COMITY_TRY(auto file, federation::CarryFile::open(options.from));
        return std::unique_ptr<federation::PeerSource>(std::move(file));
    }
    COMITY_TRY(
        node::Config config,
        node::load_config(options.from.empty() ? data_folder(context) : std::filesystem::path(options.from)));
    COMITY_TRY(auto node, node::Node::open(std::move(config), *context.clock));
    return std::make_unique<FolderSource>(std::move(node));
}

Result<void> count_again(Context& context, const VoteRecountOptions& options) {
    federation::RecountOptions asked;
    asked.vote = options.id;
    for (const std::string& text : options.keys) {
        COMITY_TRY(asked.log_keys.emplace_back(), read_public_key(context, text));
    }
    COMITY_TRY(const auto source, open_source(context, options));
    COMITY_TRY(const federation::Recount recount, federation::recount(*source, asked));
    if (context.json) {
        json::Object form = governance::tally_json(recount.tally);
        json::Array logs, discrepancies, certified;
        for (const federation::RecountedLog& log : recount.logs) {
            logs.push_back(json::Object{
                {"key", log.key.text()}, {"size", log.size}, {"without_statement", log.without_statement}});
        }
        for (const std::string& one : recount.discrepancies) discrepancies.emplace_back(one);
        for (const auto& [member, certification] : recount.tally.certifications)
            certified.emplace_back(member);
        form["logs"] = std::move(logs);
        form["certified_by"] = std::move(certified);
        form["discrepancies"] = std::move(discrepancies);
        print_json(context, form);
    } else {
        print_tally(context, governance::tally_json(recount.tally));
        for (const federation::RecountedLog& log : recount.logs) {
            context.err << fmt::format("{}: {} entries, {} of them without a statement that is shown here\n",
                                       printable(log.key.text()), log.size, log.without_statement);
        }
        for (const auto& [member, certification] : recount.tally.certifications)
            context.err << fmt::format("Certified by {} as {}.\n", member, printable(certification.outcome));
    }
    if (!recount.discrepancies.empty()) {
        return refused("recount", recount.discrepancies.front(),
                       recount.discrepancies.size() == 1
                           ? ""
                           : fmt::format("and {} more: --json lists them", recount.discrepancies.size() - 1));
    }
    return {};
}

}  // namespace

void add_recount(Command& program, Context& context) {
    auto options = std::make_shared<VoteRecountOptions>();
    Command command = program.add_command(
        {.name = "recount",
         .summary = "Count a vote again, believing nobody",
         .description =
             "Out of nothing but logs, statements and public keys: a mirror's data folder, a carry file, or "
             "another "
             "node over the line. Hashes every entry into the tree that its log has signed, verifies every "
             "signature, takes the time of each ballot from the checkpoints, counts, and holds certified "
             "results "
             "against that. Returns 1 and names the first discrepancy. Compare the logs' keys that it shows "
             "with "
             "those that you trust, or give them with --log-key.",
         .examples = {{"comity recount 6b1f20aa --from /var/lib/mirror", "a mirror's data folder"},
                      {"comity recount 6b1f20aa --from https://cert-ke.example --log-key cert-ke.pub", ""},
                      {"comity recount 6b1f20aa --from logs.carry", "on a machine without a network"}}});
    command.add_option("PROPOSAL", options->id, "The proposal's id, or the vote's: 8 digits or more")
        .required();
    command
        .add_option("--from", options->from, "Where logs and statements come from; default: the data folder")
        .type_name("DIR|FILE|URL");
    command.add_option("--log-key", options->keys, "Believe only a log of this key (repeat)")
        .type_name("LOGKEY");
    command.on_run(context, [options](Context& c) { return count_again(c, *options); });
}

}  // namespace comity::cli
