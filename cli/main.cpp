#include "cli/app.h"

int main(int argc, char** argv) { return synfire::run_app({argv + (argc > 0), argv + argc}); }
