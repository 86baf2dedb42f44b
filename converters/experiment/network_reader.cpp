#include "converters/experiment/network_reader.h"

#include <algorithm>
#include <filesystem>
#include <utility>

#include "converters/experiment/parameters.h"
#include "converters/experiment/spike_file.h"

namespace synfire {
namespace {

/// Members of the tables `names` of the root, in the order of the file. Faults where one of them
/// is not a table of tables.
std::vector<const TomlNode*> members_of(const TomlNode& root,
                                        const std::vector<std::string_view>& names,
                                        Reading& reading) {
  std::vector<const TomlNode*> members;
  for (const std::string_view name : names) {
    const TomlNode* const node = root.find(name);
    if (node == nullptr) continue;
    if (node->table() == nullptr) {
      reading.diagnostics.error(Code::experiment_value, node->where,
                                std::string(name) + ": must have named tables",
                                "write [" + std::string(name) + ".NAME]");
      reading.broken.emplace(name);
      continue;
    }
    for (const TomlNode& member : node->table()->items) members.push_back(&member);
  }
  std::ranges::stable_sort(
      members, [](const TomlNode* a, const TomlNode* b) { return comes_before(*a, *b); });
  return members;
}

bool is_in(const TomlNode& root, std::string_view section, const TomlNode* member) {
  const TomlNode* const node = root.find(section);
  return node != nullptr && node->find(member->key) == member;
}

bool of_one_value(const Distribution& weight) { return weight.kind == DistributionKind::constant; }

OneToOne pairs(const Distribution& weight) {
  return {Tensor::of({1}, std::vector<float>{static_cast<float>(weight.first)})};
}

std::optional<RuleKind> rule_kind(std::string_view name) {
  for (const auto kind :
       {RuleKind::fixed_in_degree, RuleKind::fixed_out_degree, RuleKind::fixed_total_number,
        RuleKind::pairwise_bernoulli, RuleKind::all_to_all})
    if (to_string(kind) == name) return kind;
  return std::nullopt;
}

const RuleName& rule_name(std::string_view name) {
  const auto names = rule_names();
  return *std::ranges::find(names, name, &RuleName::name);
}

}  // namespace

void NetworkReader::read(const TomlNode& root) {
  for (const TomlNode* const node : members_of(root, {"population"}, reading_))
    read_population(*node);
  if (network_.populations.empty() && !reading_.diagnostics.has_error()) {
    const TomlNode* const none = root.find("population");
    reading_.diagnostics.error(Code::experiment_value, none == nullptr ? root.where : none->where,
                               "there is no population", "write [population.NAME]");
    reading_.broken.emplace("population");
  }
  for (const TomlNode* const node : members_of(root, {"projection", "stimulus"}, reading_))
    is_in(root, "projection", node) ? read_projection(*node) : read_stimulus(*node);
  for (Population& population : generators_) network_.populations.push_back(std::move(population));
}

std::vector<std::string> NetworkReader::population_names() const {
  std::vector<std::string> names;
  for (const Population& population : network_.populations) names.push_back(population.name);
  return names;
}

const ModelInfo* NetworkReader::model_of(const std::string& population) const {
  const Population* const found = network_.find_population(population);
  return found == nullptr ? nullptr : registry_.find(found->model);
}

const ModelInfo* NetworkReader::read_model(Section& section, bool generates) {
  std::vector<std::string> names;
  for (const ModelInfo* const model : registry_.all())
    if (model->format == NumberFormat::float32 && (!generates || model->generates()))
      names.emplace_back(model->name);
  const auto name = section.choice("model", names);
  return name ? registry_.find(*name) : nullptr;
}

bool NetworkReader::read_size(Section& section, Population& population) {
  const auto size = section.integer("size");
  const std::vector<std::int64_t> shape = section.integers("shape");
  if (section.has("size") && section.has("shape"))
    section.fault(section.latest("size", "shape"), "size and shape are both given");
  if (section.lacks("size") && section.lacks("shape"))
    section.fault("size", "size or shape must be given");
  if (size) population.shape = {*size};
  double neurons = 1;
  for (const std::int64_t extent : shape) neurons *= static_cast<double>(extent);
  if (!shape.empty()) population.shape = shape;
  if (neurons <= 2147483647.0) return !population.shape.empty();
  section.fault("shape", "there are more than 2147483647 neurons");
  return false;
}

void NetworkReader::read_population(const TomlNode& node) {
  const std::string part = "net.populations." + node.key;
  Section section(&node, "population." + toml_key(node.key), "population", reading_);
  reading_.places[part] = node.where;
  Population population;
  population.name = node.key;
  const ModelInfo* const model = read_model(section, false);
  if (!read_size(section, population)) population.shape = {1};
  if (model != nullptr) {
    population.model = std::string(model->name);
    population.parameters = read_parameters(section, model->parameters, part, reading_);
    section.refuse_rest("model");
  }
  // Also without a model: what names it is right.
  network_.populations.push_back(std::move(population));
}

std::vector<std::string> NetworkReader::read_populations(Section& section, std::string_view key) {
  std::vector<std::string> found;
  const std::vector<std::string> names = population_names();
  for (const std::string& name : section.words(key)) {
    if (std::ranges::find(names, name) != names.end())
      found.push_back(name);
    else if (!reading_.broken.contains("population"))
      section.unknown_name(key, section.where_of(key), name, "population", names);
  }
  return found;
}

std::optional<Distribution> NetworkReader::read_weight(Section& section,
                                                       const std::vector<std::string>& targets,
                                                       bool current) {
  if (current) {  // a factor
    if (section.has("weight")) return read_distribution(section, "weight", {{""}, true});
    Distribution one;
    one.first = 1;
    return one;
  }
  // All targets of a list have the same unit, or the number would mean two things.
  const ModelInfo* model = nullptr;
  for (const std::string& target : targets) {
    const ModelInfo* const other = model_of(target);
    if (model != nullptr && other != nullptr && other->weight_unit != model->weight_unit)
      section.fault("target", "the targets' models have weights of different units",
                    "write a projection for each");
    if (other != nullptr) model = other;
  }
  if (model == nullptr) {
    section.take("weight");
    return std::nullopt;
  }
  return read_distribution(section, "weight", weight_units(*model));
}

std::optional<double> NetworkReader::read_number(Section& section, const std::string& rule) {
  const std::string_view key = rule_name(rule).number;
  if (key.empty()) return 0;
  std::optional<double> number;
  if (key == "number") {
    if (const auto integer = section.integer(key)) number = static_cast<double>(*integer);
  } else {
    number = section.real(key);
  }
  if (section.lacks(key)) section.fault(key, "is missing: rule " + rule + " needs it");
  return number;
}

bool NetworkReader::send_currents(const std::vector<std::string>& sources) const {
  return std::ranges::any_of(sources, [this](const std::string& source) {
    const ModelInfo* const model = model_of(source);
    return model != nullptr && model->currents == Currents::sent;
  });
}

std::optional<Connectivity> NetworkReader::read_rule(Section& section,
                                                     const std::vector<std::string>& sources,
                                                     const std::vector<std::string>& targets) {
  std::vector<std::string> names;
  for (const RuleName& each : rule_names()) names.emplace_back(each.name);
  const auto name = section.choice("rule", names);
  const auto number = name ? read_number(section, *name) : std::nullopt;
  const auto weight = read_weight(section, targets, send_currents(sources));
  if (!name) {
    for (const std::string_view key : {"number", "probability", "autapses", "multapses"})
      section.take(key);  // nothing is known of them without a rule
    return std::nullopt;
  }
  const auto kind = rule_kind(*name);
  if (!kind) {
    if (weight && !of_one_value(*weight)) section.fault("weight", "rule one_to_one has one weight");
    return weight ? std::optional<Connectivity>(pairs(*weight)) : std::nullopt;
  }
  RandomRule rule;
  rule.kind = *kind;
  rule.autapses = section.boolean("autapses").value_or(true);
  rule.multapses = section.boolean("multapses").value_or(true);
  if (!number || !weight) return std::nullopt;
  rule.number = *number, rule.weight = *weight;
  return rule;
}

/// Also the places of its keys, by which the network's checks tell what is wrong with them.
void NetworkReader::add(Projection projection, const Section& section) {
  const std::string part = "net.projections." + projection.name, own = section.path() + ".";
  reading_.places[part] = section.where();
  for (const char* const key : {"weight", "delay", "receptor"})
    reading_.places[part + "." + key] = section.where_of(key);
  for (auto at = reading_.places.lower_bound(own);
       at != reading_.places.end() && at->first.starts_with(own); ++at)
    reading_.places[part + "." + at->first.substr(own.size())] = at->second;
  network_.projections.push_back(std::move(projection));
}

void NetworkReader::read_projection(const TomlNode& node) {
  Section section(&node, "projection." + toml_key(node.key), "projection", reading_);
  const auto sources = read_populations(section, "source");
  const auto targets = read_populations(section, "target");
  auto connectivity = read_rule(section, sources, targets);
  const auto delay = read_distribution(section, "delay", {{"ms"}});
  const auto receptor = section.integer("receptor");
  Projection projection;
  const ModelInfo* const model = targets.empty() ? nullptr : model_of(targets.front());
  const WeightUnits units = model == nullptr ? any_weight_units() : weight_units(*model);
  projection.synapse =
      read_stage(section, "synapse", "model", registry_.synapses(), reading_, units);
  projection.plasticity =
      read_stage(section, "plasticity", "rule", registry_.plasticity_rules(), reading_, units);
  section.refuse_rest();
  if (!connectivity || !delay || !receptor || sources.empty() || targets.empty()) {
    reading_.broken.insert(section.path());  // also by what its populations are
    return;
  }
  projection.receptor = static_cast<std::int32_t>(*receptor);
  projection.delay_ms = delay->first;
  if (!of_one_value(*delay)) {
    auto* const rule = std::get_if<RandomRule>(&*connectivity);
    if (rule == nullptr) return section.fault("delay", "rule one_to_one has one delay");
    rule->delay_ms = *delay,
    projection.delay_ms = std::max(value_range(*delay).low, network_.dt_ms);
  }
  const bool one = sources.size() == 1 && targets.size() == 1;
  for (const std::string& source : sources)
    for (const std::string& target : targets) {
      projection.name = one ? node.key : node.key + ":" + source + "->" + target;
      projection.source = source, projection.target = target;
      projection.connectivity = *connectivity;
      add(projection, section);
    }
}

/// The spikes of a file become the parameters of the generator.
void NetworkReader::read_file(Section& section, const ModelInfo& model, Parameters& parameters) {
  const TomlNode* const node = section.member("file");
  const auto population = section.word("population");
  if (node == nullptr) return;
  const auto* const name = std::get_if<std::string>(&node->value);
  if (name == nullptr || name->empty())
    return section.fault("file", "it must be the name of a file");
  const bool lists = std::ranges::find(model.parameters, "times_ms", &ParameterInfo::name) !=
                     model.parameters.end();
  if (model.name != "spike_train" || !lists || parameters.contains("times_ms"))
    return section.fault("file", "only model spike_train takes one, in place of times");
  const auto path = std::filesystem::absolute(reading_.folder / *name).lexically_normal();
  TomlNode whole;
  whole.value = path.string();
  section.note("file", to_toml(whole));
  reading_.files.push_back(path.string());
  try {
    SpikeTrain train = read_spike_file(path, population.value_or(""));
    const std::vector<double> neurons(train.node_ids.begin(), train.node_ids.end());
    const Shape shape{static_cast<std::int64_t>(neurons.size())};
    parameters["times_ms"] = Tensor::of(shape, train.timestamps_ms);
    parameters["neurons"] = Tensor::of(shape, neurons);
  } catch (const Failure& failure) {
    for (const Diagnostic& each : failure.diagnostics())
      section.fault_at(node->where, "file", each.where + ": " + each.message, each.hint, each.code);
  }
}

void NetworkReader::read_stimulus(const TomlNode& node) {
  Section section(&node, "stimulus." + toml_key(node.key), "stimulus", reading_);
  const ModelInfo* const model = read_model(section, true);
  const auto targets = read_populations(section, "target");
  const bool current = model != nullptr && model->currents == Currents::sent;
  const auto weight = read_weight(section, targets, current);
  const double delay = section.quantity("delay").value_or(network_.dt_ms);
  const auto receptor = section.integer("receptor");
  if (weight && !of_one_value(*weight)) section.fault("weight", "a stimulus has one weight");
  Parameters parameters;
  if (model != nullptr) {
    parameters =
        read_parameters(section, model->parameters, "net.populations." + node.key, reading_);
    read_file(section, *model, parameters);
    section.refuse_rest("model");
  }
  if (model == nullptr || !weight || !receptor) return;
  for (const std::string& target : targets) {
    Population population;
    population.name = targets.size() == 1 ? node.key : node.key + "_" + target;
    const bool taken =
        std::ranges::find(generators_, population.name, &Population::name) != generators_.end();
    if (taken || network_.find_population(population.name) != nullptr)
      return section.fault_at(node.where, "", "a population has this name already");
    population.shape = network_.population(target).shape;
    population.model = std::string(model->name), population.parameters = parameters;
    reading_.places["net.populations." + population.name] = node.where;
    Projection projection;
    projection.name = projection.source = population.name, projection.target = target;
    projection.connectivity = pairs(*weight), projection.delay_ms = delay;
    projection.receptor = static_cast<std::int32_t>(*receptor);
    add(std::move(projection), section);
    generators_.push_back(std::move(population));
  }
}

}  // namespace synfire
