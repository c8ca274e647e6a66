#include "node/config.h"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <sstream>
#include <variant>
#include <vector>

#include "crypto/key_text.h"
#include "node/nearest.h"

namespace comity::node {

namespace {

constexpr std::size_t kMaxConfigSize = 1u << 20;
constexpr std::size_t kMaxText = 1000;

// What kinds of value there are, and how each is read from and written to a Config.
struct Text {
    std::string& (*field)(Config&);
    std::string (*fault)(std::string_view);  // what is wrong with a value; empty: nothing
};
struct Count {
    std::int64_t min;
    std::int64_t max;
    std::int64_t (*get)(const Config&);
    void (*set)(Config&, std::int64_t);
};
struct Choice {
    std::vector<std::string_view> names;  // in the order of the enumeration's values
    int (*get)(const Config&);
    void (*set)(Config&, int);
};
struct Key {
    std::string_view name;  // "http.port"
    std::string_view documentation;
    std::variant<Text, Count, Choice> kind;
};

std::string any_text(std::string_view) {
    return {};
}

std::string origin_fault(std::string_view value) {
    if (value.empty()) return {};
    if (auto checked = crypto::check_key_name(value); !checked) return checked.error().what;
    if (value.find("://") != std::string_view::npos)
        return "is a name without a scheme, as cert-ke.example/log";
    return {};
}

std::string url_fault(std::string_view value) {
    if (value.empty()) return {};
    const bool http = value.starts_with("http://") || value.starts_with("https://");
    if (!http) return "must start with https:// or http://";
    if (value.ends_with('/')) return "must not end with a slash";
    return {};
}

std::string database_fault(std::string_view value) {
    if (value.empty() || value.starts_with("sqlite:") || value.starts_with("postgresql://") ||
        value.starts_with("postgres://")) {
        return {};
    }
    return "must start with sqlite: or postgresql://";
}

std::string name_fault(std::string_view value) {
    return value.empty() ? "is empty" : "";
}

// The one place where configuration keys are defined.
#define COMITY_TEXT(member, fault)                                \
    Text {                                                        \
        [](Config& c) -> std::string& { return c.member; }, fault \
    }
#define COMITY_COUNT(member, min, max)                                                       \
    Count {                                                                                  \
        min, max, [](const Config& c) { return static_cast<std::int64_t>(c.member); },       \
            [](Config& c, std::int64_t n) { c.member = static_cast<decltype(c.member)>(n); } \
    }
#define COMITY_CHOICE(member, ...)                                                  \
    Choice {                                                                        \
        {__VA_ARGS__}, [](const Config& c) { return static_cast<int>(c.member); },  \
            [](Config& c, int n) { c.member = static_cast<decltype(c.member)>(n); } \
    }

const std::vector<Key>& keys() {
    static const std::vector<Key> all{
        {"name", "What people call this node.", COMITY_TEXT(name, name_fault)},
        {"public_url",
         "The address others reach this node at, as https://cert-ke.example; empty: links are relative.",
         COMITY_TEXT(public_url, url_fault)},
        {"log.origin",
         "The log's name, a URL without its scheme that stays for ever, for it is signed with every "
         "checkpoint; empty: "
         "the name that keys/log.key bears.",
         COMITY_TEXT(origin, origin_fault)},
        {"database.url",
         "Where everything is kept: sqlite:PATH or postgresql://...; empty: sqlite in the data folder "
         "(comity.db).",
         COMITY_TEXT(database_url, database_fault)},
        {"witness.policy",
         "The file that says which logs this node cosigns as a witness, which witnesses it asks, and how "
         "many "
         "of which kind must have cosigned (C2SP tlog-policy); it may be absent. A relative path is one in "
         "the data folder.",
         COMITY_TEXT(policy_file, name_fault)},
        {"http.address", "The address to listen at; 0.0.0.0 or :: for all.",
         COMITY_TEXT(http.address, name_fault)},
        {"http.port", "The port to listen at; 0: any free one.", COMITY_COUNT(http.port, 0, 65535)},
        {"http.certificate_file",
         "The TLS certificate chain (PEM); empty: no TLS. A relative path is one in the data folder.",
         COMITY_TEXT(http.certificate_file, any_text)},
        {"http.key_file", "The certificate's private key (PEM).", COMITY_TEXT(http.key_file, any_text)},
        {"http.io_threads", "Threads that read and write connections.",
         COMITY_COUNT(http.io_threads, 1, 256)},
        {"http.workers", "Threads that answer requests.", COMITY_COUNT(http.workers, 1, 1024)},
        {"http.queue", "How many requests may wait for a worker; more are answered 503 at once.",
         COMITY_COUNT(http.queue, 1, 1'000'000)},
        {"http.max_connections", "How many connections may be open.",
         COMITY_COUNT(http.max_connections, 1, 1'000'000)},
        {"http.max_connections_per_client", "How many of them may come from one address.",
         COMITY_COUNT(http.max_connections_per_client, 1, 1'000'000)},
        {"http.idle_seconds", "How long a connection may be silent, a request's head and body included.",
         COMITY_COUNT(http.idle_seconds, 1, 3600)},
        {"http.max_header_bytes", "How large a request's head may be.",
         COMITY_COUNT(http.max_header_bytes, 1024, 1'048'576)},
        {"http.stop_seconds", "How long requests under way may take when the server is stopped.",
         COMITY_COUNT(http.stop_seconds, 0, 3600)},
        {"accounts.failures_per_minute",
         "How many failed log-ins an account, and an address, may have in a minute.",
         COMITY_COUNT(failures_per_minute, 1, 10'000)},
        {"accounts.session_hours", "How long a log-in by the page lasts.",
         COMITY_COUNT(session_hours, 1, 8760)},
        {"consultations.comments_per_minute",
         "How many comments of the public are taken in from an address in a minute, in rounds of "
         "consultation "
         "that are open to it, and logged in the name of federation.member; 0: none.",
         COMITY_COUNT(comments_per_minute, 0, 1000)},
        {"federation.bytes_per_second",
         "How much is received a second from each node that is followed; 0: as much as comes.",
         COMITY_COUNT(federation_bytes_per_second, 0, 1'000'000'000)},
        {"federation.ca_file",
         "Certificates (PEM) by which other nodes are known, besides the system's; empty: none. A relative "
         "path is one in the data folder.",
         COMITY_TEXT(federation_ca_file, any_text)},
        {"federation.member",
         "The member whose node this is: with a key of its own that the node holds in custody, the node "
         "publishes what witnesses said (cosigned checkpoints, seals); empty: it does not.",
         COMITY_TEXT(federation_member, any_text)},
        {"logging.level", "What the program logs.",
         COMITY_CHOICE(log_level, "debug", "info", "warning", "error", "off")},
        {"logging.form", "How: one JSON object a line, or text.", COMITY_CHOICE(log_form, "json", "text")},
    };
    return all;
}

std::string toml_text(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
            out += fmt::format("\\u{:04X}", static_cast<unsigned>(c));
        } else {
            out += c;
        }
    }
    return out + '"';
}

std::string value_text(const Key& key, Config& config) {
    if (const auto* text = std::get_if<Text>(&key.kind)) return toml_text(text->field(config));
    if (const auto* count = std::get_if<Count>(&key.kind)) return std::to_string(count->get(config));
    const auto& choice = std::get<Choice>(key.kind);
    return toml_text(choice.names[static_cast<std::size_t>(choice.get(config))]);
}

std::string range_text(const Key& key) {
    if (const auto* count = std::get_if<Count>(&key.kind))
        return fmt::format("{} to {}.", count->min, count->max);
    if (const auto* choice = std::get_if<Choice>(&key.kind))
        return fmt::format("One of {}.", fmt::join(choice->names, ", "));
    return {};
}

class Reader {
  public:
    Reader(std::string_view file, Config& config) : file_(file), config_(config) {}

    Result<void> read(const toml::table& table, const std::string& prefix) {
        for (const auto& [name, node] : table) {
            const std::string path = prefix + std::string(name.str());
            const auto line = name.source().begin.line;
            if (const toml::table* inner = node.as_table(); inner != nullptr && is_section(path)) {
                COMITY_CHECK(read(*inner, path + "."));
                continue;
            }
            const Key* key = find(path);
            if (key == nullptr) return unknown(path, line);
            COMITY_CHECK(set(*key, node, line));
        }
        return {};
    }

  private:
    Failure fault(std::string_view path, toml::source_index line, std::string what, std::string mend) const {
        return invalid(fmt::format("{} line {}: {}", file_, line, path), std::move(what), std::move(mend));
    }

    static bool is_section(std::string_view path) {
        for (const Key& key : keys()) {
            if (key.name.starts_with(path) && key.name.substr(path.size()).starts_with('.')) return true;
        }
        return false;
    }

    static const Key* find(std::string_view path) {
        for (const Key& key : keys()) {
            if (key.name == path) return &key;
        }
        return nullptr;
    }

    Failure unknown(const std::string& path, toml::source_index line) const {
        std::vector<std::string_view> names;
        for (const Key& key : keys()) names.push_back(key.name);
        std::string mend = "comity serve --print-config lists the keys";
        if (const auto meant = nearest(path, names)) mend = fmt::format("did you mean {}?", *meant);
        return fault(path, line, "unknown key", std::move(mend));
    }

    Result<void> set(const Key& key, const toml::node& node, toml::source_index line) {
        if (const auto* text = std::get_if<Text>(&key.kind)) {
            const auto value = node.value_exact<std::string>();
            if (!value) return fault(key.name, line, "must be a text", "put it in double quotes");
            if (value->size() > kMaxText) {
                return fault(key.name, line, fmt::format("is longer than {} bytes", kMaxText), "shorten it");
            }
            if (value->find('\0') != std::string::npos)
                return fault(key.name, line, "holds a NUL character", "remove it");
            if (std::string wrong = text->fault(*value); !wrong.empty()) {
                return fault(key.name, line, std::move(wrong), std::string(key.documentation));
            }
            text->field(config_) = *value;
            return {};
        }
        if (const auto* count = std::get_if<Count>(&key.kind)) {
            const auto value = node.value_exact<std::int64_t>();
            if (!value) return fault(key.name, line, "must be a whole number", range_text(key));
            if (*value < count->min || *value > count->max) {
                return fault(key.name, line, fmt::format("{} is out of range", *value),
                             fmt::format("it may be {} to {}", count->min, count->max));
            }
            count->set(config_, *value);
            return {};
        }
        const auto& choice = std::get<Choice>(key.kind);
        const auto value = node.value_exact<std::string>();
        const auto found =
            value ? std::find(choice.names.begin(), choice.names.end(), *value) : choice.names.end();
        if (found == choice.names.end()) {
            return fault(key.name, line, "is none of what it may be",
                         fmt::format("write one of {}", fmt::join(choice.names, ", ")));
        }
        choice.set(config_, static_cast<int>(found - choice.names.begin()));
        return {};
    }

    std::string_view file_;
    Config& config_;
};

Result<toml::table> parse_toml(std::string_view text, std::string_view file) {
    try {
        return toml::parse(text, file);
    } catch (const toml::parse_error& e) {
        return invalid(fmt::format("{} line {}", file, e.source().begin.line), std::string(e.description()),
                       "write it as TOML (https://toml.io)");
    } catch (const std::exception& e) {
        return invalid(std::string(file), e.what(), "write it as TOML (https://toml.io)");
    }
}

std::string default_database(const std::filesystem::path& data) {
    return "sqlite:" + (data / "comity.db").string();
}

void resolve(std::string& path, const std::filesystem::path& data) {
    if (!path.empty() && std::filesystem::path(path).is_relative()) path = (data / path).string();
}

}  // namespace

Result<Config> parse_config(std::string_view text, std::string_view file, const std::filesystem::path& data) {
    if (text.size() > kMaxConfigSize) {
        return too_large(std::string(file), fmt::format("is larger than {} bytes", kMaxConfigSize),
                         "is it the right file?");
    }
    Config config;
    config.data = data;
    COMITY_TRY(const toml::table table, parse_toml(text, file));
    COMITY_CHECK(Reader(file, config).read(table, ""));
    if (config.http.certificate_file.empty() != config.http.key_file.empty()) {
        return invalid(std::string(file), "http.certificate_file and http.key_file go together",
                       "give both, or none");
    }
    resolve(config.http.certificate_file, data);
    resolve(config.http.key_file, data);
    resolve(config.federation_ca_file, data);
    if (config.database_url.empty()) config.database_url = default_database(data);
    return config;
}

Result<Config> load_config(const std::filesystem::path& data) {
    const std::filesystem::path path = data / "comity.toml";
    std::error_code code;
    const bool there = std::filesystem::exists(path, code);
    if (code) return unavailable(path.string(), code.message(), "check who may read the data folder");
    if (!there) return parse_config("", path.string(), data);
    std::ifstream in(path, std::ios::binary);
    std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
    if (!in.good() && !in.eof()) return unavailable(path.string(), "cannot be read", "check who may read it");
    return parse_config(text, path.string(), data);
}

std::string documented_config(const Config& config) {
    Config values = config;
    // Written down, it would bind the file to the folder's place.
    if (values.database_url == default_database(values.data)) values.database_url.clear();
    Config defaults;
    std::string out =
        "# The configuration of a Comity node: comity.toml in its data folder. A key that is commented out "
        "has the value shown.\n";
    std::string_view section;
    for (const Key& key : keys()) {
        const std::size_t dot = key.name.find('.');
        const std::string_view in =
            dot == std::string_view::npos ? std::string_view() : key.name.substr(0, dot);
        if (in != section) {
            section = in;
            out += fmt::format("\n[{}]\n", section);
        }
        const std::string range = range_text(key);
        const std::string value = value_text(key, values);
        out += fmt::format("\n# {}{}{}\n{}{} = {}\n", key.documentation, range.empty() ? "" : " ", range,
                           value == value_text(key, defaults) ? "#" : "",
                           dot == std::string_view::npos ? key.name : key.name.substr(dot + 1), value);
    }
    return out;
}

}  // namespace comity::node
