// Logs whose keys a test holds, as a source to count from: for tests of what is counted again.
#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "federation/peer_source.h"
#include "log/tile.h"
#include "testing/forged_log.h"

namespace comity::testing {

// Logs in memory, one entry a checkpoint, each with the second that its cosigner states.
class HeldLogs final : public federation::PeerSource {
  public:
    struct Log {
        ForgedLog key;
        ForgedLog::History history;
        std::vector<Digest> entries;
        std::vector<std::string> envelopes;
        std::vector<std::string> checkpoints;
    };

    Log& add(const std::string& origin, std::uint8_t seed) {
        logs_.push_back(std::make_unique<Log>(Log{ForgedLog(origin, seed), {}, {}, {}, {}}));
        return *logs_.back();
    }
    static Digest append(Log& log, const crypto::Envelope& envelope, std::int64_t at) {
        const Digest id = envelope.digest();
        log.entries.push_back(id);
        log.envelopes.push_back(envelope.write());
        log.history.leaves.push_back(log::leaf_hash(id.view()));
        log.checkpoints.push_back(log.key.note(log.history, log.entries.size(), at));
        return id;
    }

    Result<std::vector<federation::OfferedLog>> logs() override {
        std::vector<federation::OfferedLog> offered;
        for (const auto& log : logs_) {
            if (log->entries.empty()) continue;
            federation::OfferedLog one;
            one.key = log->key.key();
            one.cosigner = log->key.cosigner();
            one.checkpoint = log->checkpoints.back();
            offered.push_back(std::move(one));
        }
        return offered;
    }
    Result<std::string> checkpoint(const federation::OfferedLog& log) override {
        return find(log).checkpoints.back();
    }
    Result<Bytes> tile(const federation::OfferedLog& log, const log::TilePath& path) override {
        Bytes bundle;
        for (unsigned i = 0; i < path.width; ++i) {
            const Digest& id = find(log).entries[static_cast<std::size_t>(path.index) * log::kTileWidth + i];
            bundle.push_back(0);
            bundle.push_back(Digest::kSize);
            append_bytes(bundle, id.view());
        }
        return bundle;
    }
    Result<std::vector<std::string>> checkpoints(const federation::OfferedLog& log,
                                                 std::uint64_t after) override {
        const auto& all = find(log).checkpoints;
        return std::vector<std::string>(all.begin() + static_cast<std::ptrdiff_t>(after), all.end());
    }
    Result<std::vector<federation::OfferedStatement>> package(const federation::OfferedLog& log,
                                                              std::uint64_t package) override {
        std::vector<federation::OfferedStatement> statements;
        const auto first = static_cast<std::size_t>(package) * log::kTileWidth;
        for (std::size_t i = first; i < std::min(first + log::kTileWidth, find(log).envelopes.size()); ++i) {
            federation::OfferedStatement one;
            one.index = i;
            one.envelope = find(log).envelopes[i];
            statements.push_back(std::move(one));
        }
        return statements;
    }
    Result<ledger::ObjectList> objects(const Digest&, std::uint64_t) override { return ledger::ObjectList(); }
    Result<std::string> attachment(const Digest&, const ledger::AttachmentRef&) override {
        return not_found("there are no attachments here");
    }

  private:
    static void append_bytes(Bytes& to, ByteView bytes) { to.insert(to.end(), bytes.begin(), bytes.end()); }
    Log& find(const federation::OfferedLog& log) {
        return **std::ranges::find(logs_, log.key, [](const auto& one) { return one->key.key(); });
    }
    std::vector<std::unique_ptr<Log>> logs_;
};

}  // namespace comity::testing
