// Logs on a stick: a file that holds what a mirror would fetch over the line, for those cut off. It is read
// by the same code and checked in the same way (follow.h); nothing in it is believed for being in it.
//
// The form (docs/federation.md): the line "comity-carry/v1", then records, each a key behind its length (2
// bytes) and a value behind its length (8 bytes), big-endian. Keys, with <log> as log_name() has it:
//
//     logs                              the logs in the file, as GET /api/v1/logs answers them
//     <log>/tile/<L>/<N>[.p/<W>]        hashes of the levels from 1 up; those of level 0 follow from the
//     entries <log>/tile/entries/<N>[.p/<W>]    entries <log>/checkpoints/<after>         checkpoints, as GET
//     /api/v1/logs/{log}/checkpoints answers them <log>/packages/<N>                statements, as GET
//     /api/v1/logs/{log}/packages/{package} answers them objects/<statement>               {"items":[...]}:
//     objects that do not go with their package attachments/<SHA-256>             an attachment's bytes
#pragma once

#include <cstdio>
#include <filesystem>
#include <map>
#include <memory>
#include <string>

#include "federation/peer_source.h"
#include "federation/shelf.h"

namespace comity::federation {

struct CarryOptions {
    ledger::Viewer viewer{};  // as whom it is read
    std::uint64_t since = 0;  // entries of each log that the other side has already
    std::function<void(const std::string& origin, std::uint64_t done, std::uint64_t total)> on_step{};
};

struct CarryCounts {
    std::size_t logs = 0;
    std::uint64_t entries = 0;
    std::uint64_t statements = 0;
    std::uint64_t bytes = 0;
};

// Writes the file whole or not at all. kConflict where it exists.
Result<CarryCounts> carry_out(ledger::Ledger& ledger, MirrorStore& store, const std::filesystem::path& file,
                              const CarryOptions& options);

class CarryFile final : public PeerSource {
  public:
    // Reads where each record stands. kInvalid for another kind of file, with the byte where it goes wrong.
    static Result<std::unique_ptr<CarryFile>> open(const std::filesystem::path& file);
    // The same of bytes in memory, which must outlive it.
    static Result<std::unique_ptr<CarryFile>> of(std::string_view bytes);

    Result<std::vector<OfferedLog>> logs() override;
    Result<std::string> checkpoint(const OfferedLog& log) override;
    Result<Bytes> tile(const OfferedLog& log, const log::TilePath& path) override;
    Result<std::vector<std::string>> checkpoints(const OfferedLog& log, std::uint64_t after) override;
    Result<std::vector<OfferedStatement>> package(const OfferedLog& log, std::uint64_t package) override;
    Result<ledger::ObjectList> objects(const Digest& statement, std::uint64_t count) override;
    Result<std::string> attachment(const Digest& statement, const ledger::AttachmentRef& ref) override;

  private:
    struct Place {
        std::uint64_t at = 0;
        std::uint64_t size = 0;
    };
    struct Closer {
        void operator()(std::FILE* file) const { std::fclose(file); }
    };
    CarryFile() = default;
    Result<void> index(std::uint64_t size);
    Result<std::string> bytes_at(std::uint64_t at, std::uint64_t size) const;
    Result<std::string> read(const std::string& key, std::uint64_t max) const;

    std::unique_ptr<std::FILE, Closer> file_;  // or:
    std::string_view bytes_;
    std::map<std::string, Place, std::less<>> places_;
};

}  // namespace comity::federation
