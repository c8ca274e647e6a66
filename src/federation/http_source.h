// Another node over the line. Each call is bounded in time and in the bytes of its answer, after
// decompression too; an answer that trickles is given up, no redirect is followed.
#pragma once

#include <memory>

#include "federation/peer_source.h"
#include "http/client.h"

namespace comity::federation {

struct LineOptions {
    std::string url;    // "https://cert-ke.example"
    std::string token;  // empty: as the public reads
    std::chrono::milliseconds connect_timeout{5000};
    std::chrono::milliseconds timeout{60000};  // of one call; large answers have longer
    std::size_t slowest = 64;                  // bytes a second over 20 s
    std::size_t bytes_per_second = 0;          // at the most; 0: no limit
    std::string ca_file{};
    std::function<bool()> stopped{};
};

class HttpSource final : public PeerSource {
  public:
    explicit HttpSource(LineOptions options);

    Result<std::vector<OfferedLog>> logs() override;
    Result<std::string> checkpoint(const OfferedLog& log) override;
    Result<Bytes> tile(const OfferedLog& log, const log::TilePath& path) override;
    Result<std::vector<std::string>> checkpoints(const OfferedLog& log, std::uint64_t after) override;
    Result<std::vector<OfferedStatement>> package(const OfferedLog& log, std::uint64_t package) override;
    Result<ledger::ObjectList> objects(const Digest& statement, std::uint64_t count) override;
    Result<std::map<std::uint64_t, std::string>> objects_at(const OfferedLog& log, std::uint64_t index,
                                                            const Digest& statement,
                                                            std::span<const ledger::Hole> holes) override;
    Result<std::string> attachment(const Digest& statement, const ledger::AttachmentRef& ref) override;

    // Returns when the node's own log has more than `size` entries or `seconds` have gone by: how many it
    // has.
    Result<std::uint64_t> wait(std::uint64_t size, unsigned seconds);
    // The page of a REST list; the whole body. What joining asks for.
    Result<std::string> get(const std::string& path, std::size_t max_response);

  private:
    Result<std::string> objects_page(const Digest& statement, std::uint64_t first,
                                     std::string_view parameters);

    LineOptions options_;
    http::Client client_;
    http::Client waiting_;  // which may be silent for long
};

// What a source's answers say, for those that read them from elsewhere too.
Result<std::vector<OfferedStatement>> parse_package(std::string_view json);
Result<std::vector<OfferedLog>> parse_logs(std::string_view json);

}  // namespace comity::federation
