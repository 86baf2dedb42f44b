#include "cli/spiking_job.h"

#include <fmt/format.h>

#include "cli/firmware_job.h"
#include "cli/interruption.h"
#include "cli/table.h"
#include "targets/mcu/toolchain.h"

namespace synfire {
namespace {

Json to_json(const mcu::Synapses& synapses, const mcu::SpikingLayer& layer) {
  return {{"projection", synapses.projection},
          {"source", synapses.source},
          {"target", layer.name},
          {"kernel", synapses.kernel()},
          {"delay_steps", synapses.delay},
          {"synapses", synapses.count}};
}

Json to_json(const mcu::SpikingLayer& layer) {
  return {{"population", layer.name},
          {"neurons", layer.size},
          {"constants", layer.neurons.size()},
          {"steps_only_what_is_touched", layer.quiet},
          {"period_steps", layer.rise.size()},
          {"largest_sum", layer.largest_sum},
          {"sum_bits", layer.wide ? 32 : 16},
          {"refractory_steps", layer.rule.refractory_steps},
          {"steps_of_spikes_kept", layer.spikes.depth}};
}

std::string markdown(const SpikingJob& job, const std::string& measured) {
  const std::string rest =
      measured.empty()
          ? "\n`synfire validate --target mcu` measures code, stack and instructions on a board.\n"
          : fmt::format("\n## Measured\n\n```\n{}```\n", measured);
  return fmt::format("# Firmware of {} for {}\n\nNetwork {}.\n\n## Computed\n\n```\n{}```\n{}",
                     job.plan.name, job.destination(), job.plan.hash, computed_text(job), rest);
}

}  // namespace

SpikingJob make_spiking_job(const Arguments& arguments, const Network& network) {
  SpikingJob job;
  if (arguments.given("package"))
    job.package = &mcu::find_package(arguments.text("package"));
  else
    job.board = &board_of(arguments);
  job.options = firmware_options(arguments);
  job.plan = mcu::make_spiking_plan(network, job.options.ring);
  job.files = job.board != nullptr ? mcu::make_firmware(job.plan, *job.board, job.options)
                                   : mcu::make_package(job.plan, *job.package, job.options);
  return job;
}

Json computed_report(const SpikingJob& job) {
  const mcu::SpikingFootprint use = mcu::footprint(job.plan);
  Json populations = Json::array(), projections = Json::array();
  for (const mcu::SpikingLayer& layer : job.plan.layers) {
    populations.push_back(to_json(layer));
    for (const mcu::Synapses& synapses : layer.incoming)
      projections.push_back(to_json(synapses, layer));
  }
  return {{"kind", "computed"},
          {"network", job.plan.name},
          {"network_hash", job.plan.hash},
          {job.board != nullptr ? "board" : "package",
           job.board != nullptr ? job.board->name : job.package->name},
          {"weight_bytes", use.weight_bytes},
          {"constant_bytes", use.constant_bytes},
          {"state_bytes", use.state_bytes},
          {"potential_bytes", use.potential_bytes},
          {"sum_bytes", use.sum_bytes},
          {"spike_bytes", use.spike_bytes},
          {"ring_bytes", use.ring_bytes},
          {"most_events_of_a_step", job.plan.most_events},
          {"populations", populations},
          {"projections", projections}};
}

std::string computed_text(const SpikingJob& job) {
  const mcu::SpikingFootprint use = mcu::footprint(job.plan);
  std::vector<std::vector<std::string>> rows{
      {"population", "neurons", "steps", "sums", "reached by", "kernel", "delay", "synapses"}};
  for (const mcu::SpikingLayer& layer : job.plan.layers)
    for (const mcu::Synapses& synapses : layer.incoming)
      rows.push_back({layer.name, grouped(layer.size), layer.quiet ? "touched" : "all",
                      layer.wide ? "32 bits" : "16 bits", synapses.source,
                      std::string(synapses.kernel()), std::to_string(synapses.delay),
                      grouped(synapses.count)});
  return text_table(rows) +
         fmt::format(
             "\nflash: weights {} B, constants {} B, and the code\n"
             "RAM: state {} B (potentials {}, sums {}, spikes {}, ring {}), and the stack\n",
             use.weight_bytes, use.constant_bytes, use.state_bytes, use.potential_bytes,
             use.sum_bytes, use.spike_bytes, use.ring_bytes);
}

void write_firmware_folder(const std::filesystem::path& folder, const SpikingJob& job,
                           const Json& measured, const std::string& measured_text) {
  Json report = computed_report(job);
  if (!measured.is_null()) report["measured"] = measured;
  std::vector<mcu::FirmwareFile> files = job.files;
  files.push_back({"report.json", report.dump(2) + "\n"});
  files.push_back({"report.md", markdown(job, measured_text)});
  begin_writing();
  mcu::write_firmware(folder, files);
}

}  // namespace synfire
