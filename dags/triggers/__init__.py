"""What the triggerer of Airflow waits with. No file here holds a DAG."""
