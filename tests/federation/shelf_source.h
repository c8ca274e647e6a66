// A node's logs handed out without a line, and a source that lies about them in the ways that it is told.
#pragma once

#include <functional>

#include "federation/shelf.h"
#include "network.h"

namespace comity::federation::testing {

class ShelfSource : public PeerSource {
  public:
    explicit ShelfSource(NetNode& node, ledger::Viewer viewer = {})
        : node_(node), viewer_(std::move(viewer)), shelf_(node.node().ledger(), node.node().mirrors()) {}

    Result<std::vector<OfferedLog>> logs() override {
        COMITY_TRY(const auto held, shelf_.logs());
        std::vector<OfferedLog> logs;
        for (const HeldLog& one : held) logs.push_back(one.offer);
        return logs;
    }
    Result<std::string> checkpoint(const OfferedLog& log) override {
        COMITY_TRY(const HeldLog held, shelf_.find(log_name(log.key)));
        return held.offer.checkpoint;
    }
    Result<Bytes> tile(const OfferedLog& log, const log::TilePath& path) override {
        COMITY_TRY(const HeldLog held, shelf_.find(log_name(log.key)));
        return shelf_.tile(held, path);
    }
    Result<std::vector<std::string>> checkpoints(const OfferedLog& log, std::uint64_t after) override {
        COMITY_TRY(const HeldLog held, shelf_.find(log_name(log.key)));
        COMITY_TRY(const auto timed, shelf_.checkpoints(held, after, 500));
        std::vector<std::string> notes;
        for (const TimedCheckpoint& one : timed) notes.push_back(one.note);
        return notes;
    }
    Result<std::vector<OfferedStatement>> package(const OfferedLog& log, std::uint64_t package) override {
        COMITY_TRY(const HeldLog held, shelf_.find(log_name(log.key)));
        return shelf_.package(held, package, viewer_);
    }
    Result<ledger::ObjectList> objects(const Digest& statement, std::uint64_t) override {
        return shelf_.objects(statement, viewer_);
    }
    Result<std::string> attachment(const Digest& statement, const ledger::AttachmentRef& ref) override {
        return node_.node().ledger().attachment(viewer_, statement, ref.sha256);
    }

  private:
    NetNode& node_;
    ledger::Viewer viewer_;
    Shelf shelf_;
};

// Each answer goes through the function of its kind, where there is one.
class LyingSource final : public ShelfSource {
  public:
    using ShelfSource::ShelfSource;
    std::function<void(std::string&)> on_checkpoint{};
    std::function<void(const log::TilePath&, Bytes&)> on_tile{};
    std::function<void(std::vector<std::string>&)> on_checkpoints{};
    std::function<void(std::vector<OfferedStatement>&)> on_package{};

    Result<std::string> checkpoint(const OfferedLog& log) override {
        auto answer = ShelfSource::checkpoint(log);
        if (answer && on_checkpoint) on_checkpoint(*answer);
        return answer;
    }
    Result<Bytes> tile(const OfferedLog& log, const log::TilePath& path) override {
        auto answer = ShelfSource::tile(log, path);
        if (answer && on_tile) on_tile(path, *answer);
        return answer;
    }
    Result<std::vector<std::string>> checkpoints(const OfferedLog& log, std::uint64_t after) override {
        auto answer = ShelfSource::checkpoints(log, after);
        if (answer && on_checkpoints) on_checkpoints(*answer);
        return answer;
    }
    Result<std::vector<OfferedStatement>> package(const OfferedLog& log, std::uint64_t package) override {
        auto answer = ShelfSource::package(log, package);
        if (answer && on_package) on_package(*answer);
        return answer;
    }
};

}  // namespace comity::federation::testing
