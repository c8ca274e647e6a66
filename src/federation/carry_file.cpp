#include "federation/carry_file.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <system_error>

#include "crypto/sha256.h"
#include "federation/http_source.h"
#include "json/slices.h"

namespace comity::federation {
namespace {

constexpr std::string_view kMagic = "comity-carry/v1\n";
constexpr std::size_t kMaxCarriedKey = 200;
constexpr std::uint64_t kMaxValue = ledger::kMaxSubmissionSize + (16u << 20);
constexpr std::size_t kMaxRecords = 50'000'000;
constexpr std::size_t kCheckpointPage = 500;
constexpr std::uint64_t kMaxSmall = 32u << 20;  // of a package, a list, a tile

std::string list_json(const std::vector<std::string>& items) {
    std::string text = "{\"items\":[";
    for (std::size_t i = 0; i < items.size(); ++i) text.append(i > 0 ? "," : "").append(items[i]);
    return text + "]}";
}

class Writer {
  public:
    explicit Writer(std::FILE* file) : file_(file) {}
    Result<void> raw(std::string_view bytes) {
        bytes_ += bytes.size();
        if (std::fwrite(bytes.data(), 1, bytes.size(), file_) == bytes.size()) return {};
        return unavailable("carry file", std::generic_category().message(errno), "is the disk full?");
    }
    Result<void> put(const std::string& key, std::string_view value) {
        Bytes head;
        append_u16(head, static_cast<std::uint16_t>(key.size()));
        append(head, as_bytes(key));
        append_u64(head, value.size());
        COMITY_CHECK(raw(as_text(head)));
        return raw(value);
    }
    std::uint64_t bytes() const { return bytes_; }

  private:
    std::FILE* file_;
    std::uint64_t bytes_ = 0;
};

class Out {
  public:
    Out(ledger::Ledger& ledger, MirrorStore& store, Writer& writer, const CarryOptions& options)
        : shelf_(ledger, store), store_(store), writer_(writer), options_(options) {}

    Result<CarryCounts> write() {
        COMITY_TRY(auto logs, shelf_.logs());
        std::erase_if(logs, [](const HeldLog& held) { return held.size == 0; });
        std::vector<std::string> items;
        for (const HeldLog& held : logs) {
            items.push_back(json::write(json::Object{{"key", held.offer.key.text()},
                                                     {"cosigner_key", held.offer.cosigner.text()},
                                                     {"checkpoint", held.offer.checkpoint},
                                                     {"own", false}}));
        }
        COMITY_CHECK(writer_.raw(kMagic));
        COMITY_CHECK(writer_.put("logs", list_json(items)));
        for (const HeldLog& held : logs) COMITY_CHECK(write_log(held));
        counts_.logs = logs.size();
        counts_.bytes = writer_.bytes();
        return counts_;
    }

  private:
    Result<void> write_log(const HeldLog& held) {
        const std::string name = log_name(held.offer.key).hex();
        for (unsigned level = 1; level * log::kTileHeight < 64 && held.size >> (level * log::kTileHeight) > 0;
             ++level) {
            for (std::uint64_t index = 0;; ++index) {
                const unsigned width = log::tile_width(level, index, held.size);
                if (width == 0) break;
                COMITY_CHECK(write_tile(held, name, {false, level, index, width}));
            }
        }
        for (std::uint64_t after = options_.since;;) {
            COMITY_TRY(const auto page, shelf_.checkpoints(held, after, kCheckpointPage));
            if (page.empty()) break;
            std::vector<std::string> notes;
            for (const TimedCheckpoint& checkpoint : page)
                notes.push_back(json::write(json::Value(checkpoint.note)));
            COMITY_CHECK(writer_.put(fmt::format("{}/checkpoints/{:020}", name, after), list_json(notes)));
            after = page.back().size;
        }
        for (std::uint64_t package = options_.since / log::kTileWidth; package * log::kTileWidth < held.size;
             ++package) {
            const unsigned width = log::tile_width(0, package, held.size);
            COMITY_CHECK(write_tile(held, name, {true, 0, package, width}));
            COMITY_TRY(const auto statements, shelf_.package(held, package, options_.viewer));
            std::vector<std::string> items;
            for (const OfferedStatement& statement : statements) {
                items.push_back(package_item_json(statement));
                if (statement.apart) COMITY_CHECK(write_apart(statement));
            }
            COMITY_CHECK(writer_.put(fmt::format("{}/packages/{}", name, package), list_json(items)));
            counts_.entries += width;
            counts_.statements += statements.size();
            if (options_.on_step)
                options_.on_step(held.offer.key.name, package * log::kTileWidth + width, held.size);
        }
        return {};
    }

    Result<void> write_tile(const HeldLog& held, const std::string& name, const log::TilePath& path) {
        COMITY_TRY(const Bytes bytes, shelf_.tile(held, path));
        return writer_.put(name + "/" + path.text(), as_text(bytes));
    }

    // Objects and attachments that the reader may have, but that did not go with the package.
    Result<void> write_apart(const OfferedStatement& offered) {
        COMITY_TRY(const crypto::Envelope envelope, crypto::parse_envelope(offered.envelope));
        COMITY_TRY(const ledger::Statement statement, ledger::parse_statement(envelope));
        if (statement.objects) {
            COMITY_TRY(const auto objects, shelf_.objects(statement.id, options_.viewer));
            COMITY_CHECK(writer_.put("objects/" + statement.id.hex(),
                                     "{\"items\":" + objects_json(objects.data, objects.holes) + "}"));
        }
        if (statement.attachments.empty()) return {};
        auto whole = store_.submission(statement.id);
        if (!whole && whole.error().kind == ErrorKind::kNotFound) return {};  // erased
        if (!whole) return std::unexpected(whole.error());
        for (std::size_t i = 0; i < statement.attachments.size(); ++i) {
            COMITY_CHECK(
                writer_.put("attachments/" + statement.attachments[i].sha256.hex(), whole->attachments[i]));
        }
        return {};
    }

    Shelf shelf_;
    MirrorStore& store_;
    Writer& writer_;
    const CarryOptions& options_;
    CarryCounts counts_;
};

std::string name_of(const OfferedLog& log) {
    return log_name(log.key).hex();
}

}  // namespace

Result<CarryCounts> carry_out(ledger::Ledger& ledger, MirrorStore& store, const std::filesystem::path& file,
                              const CarryOptions& options) {
    std::error_code ignored;
    if (std::filesystem::exists(file, ignored))
        return conflict(file.string(), "exists already", "name another file, or remove it");
    const std::filesystem::path part = file.string() + ".part";
    struct Closer {
        void operator()(std::FILE* open) const { std::fclose(open); }
    };
    std::unique_ptr<std::FILE, Closer> out(std::fopen(part.c_str(), "wb"));
    if (!out) {
        return unavailable(part.string(), std::generic_category().message(errno),
                           "choose a place that you may write");
    }
    Writer writer(out.get());
    auto counts = Out(ledger, store, writer, options).write();
    Result<void> written;
    if (counts && (std::fflush(out.get()) != 0 || ::fsync(::fileno(out.get())) != 0))
        written = unavailable(part.string(), std::generic_category().message(errno), "is the disk full?");
    out.reset();
    std::error_code failed;
    if (counts && written) std::filesystem::rename(part, file, failed);
    if (failed) written = unavailable(file.string(), failed.message(), "choose a place that you may write");
    if (!counts || !written) std::filesystem::remove(part, ignored);
    COMITY_CHECK(written);
    return counts;
}

Result<std::unique_ptr<CarryFile>> CarryFile::open(const std::filesystem::path& file) {
    std::unique_ptr<CarryFile> carry(new CarryFile());
    carry->file_.reset(std::fopen(file.c_str(), "rb"));
    std::error_code failed;
    const std::uint64_t size = carry->file_ ? std::filesystem::file_size(file, failed) : 0;
    if (!carry->file_ || failed)
        return not_found(file.string() + ": cannot be read", "is it the right file?");
    if (auto indexed = carry->index(size); !indexed) return within(file.string(), indexed.error());
    return carry;
}

Result<std::unique_ptr<CarryFile>> CarryFile::of(std::string_view bytes) {
    std::unique_ptr<CarryFile> carry(new CarryFile());
    carry->bytes_ = bytes;
    COMITY_CHECK(carry->index(bytes.size()));
    return carry;
}

Result<std::string> CarryFile::bytes_at(std::uint64_t at, std::uint64_t size) const {
    if (!file_) return std::string(bytes_.substr(at, size));
    std::string bytes(size, '\0');
    if (fseeko(file_.get(), static_cast<off_t>(at), SEEK_SET) != 0 ||
        std::fread(bytes.data(), 1, size, file_.get()) != size) {
        return unavailable("carry file", fmt::format("cannot be read at byte {}", at), "copy it again");
    }
    return bytes;
}

Result<void> CarryFile::index(std::uint64_t size) {
    const auto cut_off = [](std::uint64_t at) {
        return invalid(fmt::format("byte {}", at), "the file is cut off there", "copy it again");
    };
    std::uint64_t at = kMagic.size();
    if (size < at) return invalid("byte 0", "is no carry file", "make one: comity carry out");
    COMITY_TRY(const std::string magic, bytes_at(0, at));
    if (magic != kMagic) return invalid("byte 0", "is no carry file", "make one: comity carry out");
    while (at < size) {
        if (places_.size() >= kMaxRecords) return too_large("carry file", "has too many records");
        if (size - at < 2) return cut_off(at);
        COMITY_TRY(const std::string head, bytes_at(at, 2));
        const std::size_t key_size = static_cast<std::size_t>(as_bytes(head)[0]) << 8 | as_bytes(head)[1];
        if (key_size == 0 || key_size > kMaxCarriedKey)
            return invalid(fmt::format("byte {}", at), "a key's length is wrong", "copy it again");
        if (size - at < 2 + key_size + 8) return cut_off(at);
        COMITY_TRY(const std::string record, bytes_at(at + 2, key_size + 8));
        const std::uint64_t value_size = read_u64(as_bytes(record).subspan(key_size));
        at += 2 + key_size + 8;
        if (value_size > kMaxValue || value_size > size - at) return cut_off(at);
        places_.emplace(record.substr(0, key_size), Place{at, value_size});
        at += value_size;
    }
    return {};
}

Result<std::string> CarryFile::read(const std::string& key, std::uint64_t max) const {
    const auto it = places_.find(key);
    if (it == places_.end()) return not_found(key + ": is not in the file");
    if (it->second.size > max) return too_large(key, "is larger than it may be");
    return bytes_at(it->second.at, it->second.size);
}

Result<std::vector<OfferedLog>> CarryFile::logs() {
    COMITY_TRY(const std::string text, read("logs", kMaxSmall));
    return parse_logs(text);
}

Result<std::string> CarryFile::checkpoint(const OfferedLog& log) {
    return log.checkpoint;
}

Result<Bytes> CarryFile::tile(const OfferedLog& log, const log::TilePath& path) {
    const std::string folder = name_of(log) + "/";
    if (path.entries || path.level > 0) {
        // As wide as the file's log is, or wider than asked for.
        for (unsigned width = path.width; width <= log::kTileWidth; ++width) {
            log::TilePath wider = path;
            wider.width = width;
            if (!places_.contains(folder + wider.text())) continue;
            COMITY_TRY(const std::string text, read(folder + wider.text(), kMaxSmall));
            Bytes bytes = to_bytes(as_bytes(text));
            if (width == path.width) return bytes;
            const std::size_t item = path.entries ? log::kDigestEntrySize : Digest::kSize;
            if (bytes.size() >= path.width * item) bytes.resize(path.width * item);
            return bytes;
        }
        return not_found(path.text() + ": is not in the file",
                         "it begins after what is here: let it be made with a smaller --since");
    }
    COMITY_TRY(const Bytes bundle,
               tile(log, {.entries = true, .level = 0, .index = path.index, .width = path.width}));
    COMITY_TRY(const auto entries, log::bundle_entries(bundle));
    Bytes hashes;
    for (const ByteView entry : entries) append(hashes, log::leaf_hash(entry).view());
    return hashes;
}

Result<std::vector<std::string>> CarryFile::checkpoints(const OfferedLog& log, std::uint64_t after) {
    // The pages are named by the size that they begin after: the last that begins before may hold some.
    const std::string folder = name_of(log) + "/checkpoints/";
    auto page = places_.upper_bound(folder + fmt::format("{:020}", after));
    if (page != places_.begin() && std::prev(page)->first.starts_with(folder)) --page;
    for (; page != places_.end() && page->first.starts_with(folder); ++page) {
        COMITY_TRY(const std::string text, read(page->first, kMaxSmall));
        COMITY_TRY(const auto items, json::array_elements(text, "items"));
        std::vector<std::string> notes;
        for (const std::string_view item : items) {
            COMITY_TRY(const json::Value value, json::parse(item));
            if (!value.is_string()) return invalid(page->first, "holds what is no checkpoint");
            std::string note(value.get_string());
            COMITY_TRY(const auto open, log::open_checkpoint(note, log.key));
            if (open.checkpoint.size > after) notes.push_back(std::move(note));
        }
        if (!notes.empty()) return notes;
    }
    return std::vector<std::string>();
}

Result<std::vector<OfferedStatement>> CarryFile::package(const OfferedLog& log, std::uint64_t package) {
    const std::string key = fmt::format("{}/packages/{}", name_of(log), package);
    if (!places_.contains(key)) return std::vector<OfferedStatement>();
    COMITY_TRY(const std::string text, read(key, kMaxSmall));
    return parse_package(text);
}

Result<ledger::ObjectList> CarryFile::objects(const Digest& statement, std::uint64_t count) {
    COMITY_TRY(const std::string text, read("objects/" + statement.hex(), kMaxValue));
    COMITY_TRY(const auto items, json::array_elements(text, "items"));
    if (items.size() < count) return not_found("not all of its objects are in the file");
    ledger::ObjectList objects;
    for (const std::string_view item : items) COMITY_CHECK(take_element(item, objects));
    return objects;
}

Result<std::string> CarryFile::attachment(const Digest&, const ledger::AttachmentRef& ref) {
    return read("attachments/" + ref.sha256.hex(), ref.size);
}

}  // namespace comity::federation
