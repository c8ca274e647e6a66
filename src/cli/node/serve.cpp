#include <fmt/format.h>
#include <malloc.h>
#include <pthread.h>
#include <sys/resource.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <functional>
#include <memory>
#include <ostream>
#include <utility>

#include "api/misp/misp.h"
#include "api/operators/operators.h"
#include "api/page/page.h"
#include "api/rest/rest.h"
#include "api/taxii/taxii.h"
#include "api/tlog/tlog.h"
#include "base/logging.h"
#include "cli/command.h"
#include "cli/commands.h"
#include "cli/node/listen.h"
#include "cli/open_node.h"
#include "cli/output.h"
#include "federation/collector.h"
#include "federation/follower.h"
#include "federation/gossip.h"
#include "federation/timekeeper.h"
#include "intelligence/search/index.h"
#include "node/alerter.h"
#include "node/counter.h"
#include "node/deliverer.h"
#include "node/puller.h"
#include "node/speaking.h"
#include "node/version.h"

namespace comity::cli {

namespace {

// What requests have freed lies scattered in the allocator's arenas, and stays with the process: half of all
// that a node with a million objects has. It is given back now and then.
constexpr std::chrono::seconds kBetweenTrims(15);

struct NodeServeOptions {
    std::string listen;
    bool print_config = false;
};

// SIGINT and SIGTERM, held back from all threads that are started from now on, and waited for by the main
// one: no handler runs at an unsafe moment. Goes back to how it was when it goes, so that a second Ctrl-C
// ends a server that takes long to stop.
class StopSignals {
  public:
    StopSignals() {
        sigemptyset(&signals_);
        sigaddset(&signals_, SIGINT);
        sigaddset(&signals_, SIGTERM);
        pthread_sigmask(SIG_BLOCK, &signals_, &before_);
        std::signal(SIGPIPE,
                    SIG_IGN);  // a client that goes away is an error of its connection, not of the program
    }
    ~StopSignals() { release(); }
    StopSignals(const StopSignals&) = delete;
    StopSignals& operator=(const StopSignals&) = delete;

    // Does `meanwhile` again and again, so long after each other.
    std::string_view wait(std::chrono::seconds between, const std::function<void()>& meanwhile) {
        const timespec patience{.tv_sec = between.count(), .tv_nsec = 0};
        for (;;) {
            const int signal = sigtimedwait(&signals_, nullptr, &patience);
            if (signal > 0) return signal == SIGINT ? "SIGINT" : "SIGTERM";
            if (errno == EAGAIN) meanwhile();
        }
    }
    void release() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

  private:
    sigset_t signals_{};
    sigset_t before_{};
};

// As many open files as the system allows: each connection is one.
void raise_file_limit() {
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= limit.rlim_max) return;
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

Result<void> serve(Context& context, const NodeServeOptions& options) {
    COMITY_TRY(node::Config config, node::load_config(data_folder(context)));
    if (!options.listen.empty()) COMITY_CHECK(set_listen(options.listen, config.http));
    if (options.print_config) {
        context.out << node::documented_config(config);
        return {};
    }
    const http::ServerOptions listen = config.http;
    logging::start(config.log_level, config.log_form);
    raise_file_limit();
    StopSignals signals;
    COMITY_TRY(const auto node, node::Node::open(std::move(config), *context.clock));
    http::Router router;
    api::operators::Metrics metrics(*node);
    api::operators::add_routes(router, metrics);
    api::rest::add_routes(router, *node);
    api::tlog::add_routes(router, *node);
    api::taxii::add_routes(router, *node);
    api::misp::add_routes(router, *node);
    api::page::add_routes(router);
    COMITY_TRY(const auto server, http::Server::start(listen, router));
    metrics.watch(*server);
    const federation::Collector collector(node->ledger(), node->cosignatures(), *context.clock);
    federation::NeighbourOptions neighbours;
    neighbours.http.ca_file = node->config().federation_ca_file;
    node->neighbours().start(std::move(neighbours));
    const federation::Gossip gossip(node->ledger(), node->sightings(), node->policy());
    std::unique_ptr<federation::Timekeeper> timekeeper;
    if (!node->config().federation_member.empty()) {
        timekeeper = std::make_unique<federation::Timekeeper>(
            node->ledger(), node->cosignatures(), node->witness(),
            [&](std::string_view type, json::Object body) -> Result<void> {
                COMITY_CHECK(node::say(*node, type, std::move(body)));
                return {};
            },
            *context.clock);
    }
    const intelligence::search::Indexer indexer(node->database());
    const node::Puller puller(*node);
    node::Deliverer deliverer(*node);
    const node::Alerter alerter(*node, [&deliverer] { deliverer.wake(); });
    const node::Counter counter(*node);
    const std::string address = shown_address(listen, server->port());
    context.out << fmt::format("Comity listens at {}/\n", address) << std::flush;
    logging::info("listening", {{"address", address},
                                {"version", std::string(node::kVersion)},
                                {"data", node->config().data.string()},
                                {"log", node->ledger().identity().origin}});
    federation::Follower follower(node->ledger(), node->mirrors(),
                                  {.clock = context.clock,
                                   .bytes_per_second = node->config().federation_bytes_per_second,
                                   .ca_file = node->config().federation_ca_file,
                                   .sightings = &node->sightings()});
    std::uint64_t answered = 0;
    const std::string_view signal = signals.wait(kBetweenTrims, [&] {
        if (const auto now = server->counts().requests; std::exchange(answered, now) != now) malloc_trim(0);
    });
    logging::info("stopping", {{"signal", std::string(signal)}});
    signals.release();
    node->growth().stop();
    follower.stop();
    server->stop();
    logging::info("stopped", {{"requests", std::to_string(server->counts().requests)}});
    return {};
}

}  // namespace

void add_serve(Command& program, Context& context) {
    auto options = std::make_shared<NodeServeOptions>();
    Command command = program.add_command(
        {.name = "serve",
         .summary = "Serve the node over HTTP",
         .description = "Serves the page (/), REST (/api/v1), TAXII 2.1 (/taxii2/), a MISP feed "
                        "(/misp/feed/), the log (/log/) "
                        "and, for operators, /healthz, /readyz and /metrics of the node in the "
                        "data folder, configured by its comity.toml. SIGINT or SIGTERM stops it: requests "
                        "under way are finished; "
                        "a second one ends it at once.",
         .examples = {
             {"comity serve --listen 127.0.0.1:8080", ""},
             {"comity serve --print-config > comity-data/comity.toml", "every key, its meaning and value"}}});
    command
        .add_option("--listen", options->listen,
                    "Where to listen, instead of the configuration's http.address and http.port")
        .type_name("ADDRESS:PORT");
    command.add_flag("--print-config", options->print_config,
                     "Print the configuration, documented, and exit");
    command.on_run(context, [options](Context& c) { return serve(c, *options); });
}

}  // namespace comity::cli
