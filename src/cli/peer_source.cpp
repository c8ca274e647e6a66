#include "cli/peer_source.h"

#include <filesystem>

#include "federation/carry_file.h"
#include "federation/http_source.h"
#include "federation/shelf.h"
#include "node/node.h"

namespace comity::cli {

namespace {

constexpr std::size_t kCheckpointsAtOnce = 500;  // checkpoints

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
    Result<ledger::ObjectList> objects(const Digest& statement, std::uint64_t) override {
        return shelf_.objects(statement, {});
    }
    Result<std::string> attachment(const Digest& statement, const ledger::AttachmentRef& ref) override {
        return node_->ledger().attachment({}, statement, ref.sha256);
    }

  private:
    std::unique_ptr<node::Node> node_;
    federation::Shelf shelf_;
};

}  // namespace

Result<std::unique_ptr<federation::PeerSource>> open_peer_source(Context& context, const std::string& from) {
    if (from.starts_with("http://") || from.starts_with("https://")) {
        federation::LineOptions line;
        line.url = from;
        while (line.url.ends_with('/')) line.url.pop_back();
        return std::make_unique<federation::HttpSource>(std::move(line));
    }
    std::error_code ignored;
    if (std::filesystem::is_regular_file(from, ignored)) {
        COMITY_TRY(auto file, federation::CarryFile::open(from));
        return std::unique_ptr<federation::PeerSource>(std::move(file));
    }
    COMITY_TRY(node::Config config,
               node::load_config(from.empty() ? data_folder(context) : std::filesystem::path(from)));
    COMITY_TRY(auto node, node::Node::open(std::move(config), *context.clock));
    return std::make_unique<FolderSource>(std::move(node));
}

}  // namespace comity::cli
