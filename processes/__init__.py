"""The designers' room: BPMN diagrams and DMN decision tables, nothing else."""
